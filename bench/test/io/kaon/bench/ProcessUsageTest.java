package io.kaon.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
final class ProcessUsageTest {
    private static final long ME = ProcessHandle.current().pid();

    @Test
    void seesWhatThisProcessTakes() {
        double before = ProcessUsage.cpuSeconds(ME);
        while (ProcessUsage.cpuSeconds(ME) < before + 0.02) {
            Thread.onSpinWait();
        }
        assertThat(before).isPositive();
    }

    @Test
    void tellsThreadsApartByTheirNames() throws InterruptedException {
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        Thread thread = Thread.ofPlatform().daemon().name("busy-one").start(() -> {
            while (ProcessUsage.cpuSeconds(ME, "busy-") < 0.02) {
                Thread.onSpinWait();
            }
            busy.countDown();
            awaitEnd(end);
        });
        busy.await();
        assertThat(ProcessUsage.cpuSeconds(ME, "busy-"))
                .isGreaterThanOrEqualTo(0.02)
                .isLessThan(ProcessUsage.cpuSeconds(ME));
        assertThat(ProcessUsage.cpuSeconds(ME, "absent-")).isZero();
        end.countDown();
        thread.join();
    }

    @Test
    void passesOverThreadsThatEndMeanwhile() throws InterruptedException {
        AtomicBoolean over = new AtomicBoolean();
        Thread starter = Thread.ofPlatform().daemon().start(() -> {
            while (!over.get()) {
                Thread.ofPlatform().daemon().name("brief").start(() -> {});
            }
        });
        for (int i = 0; i < 300; i++) {
            assertThat(ProcessUsage.cpuSeconds(ME, "absent-")).isZero();
        }
        over.set(true);
        starter.join();
    }

    @Test
    void knowsMemoryNowAndAtItsMost() {
        long resident = ProcessUsage.resident(ME);
        assertThat(resident).isGreaterThan(1 << 20);
        assertThat(ProcessUsage.mostResident(ME)).isGreaterThanOrEqualTo(resident);
    }

    @Test
    void failsForAProcessThatIsGone() {
        assertThatThrownBy(() -> ProcessUsage.cpuSeconds(Long.MAX_VALUE)).isInstanceOf(UncheckedIOException.class);
    }

    private static void awaitEnd(CountDownLatch end) {
        try {
            end.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
