package io.kaon.lifecycle.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kaon.lifecycle.declaration.DesiredModel;
import io.kaon.lifecycle.declaration.DesiredModels;
import io.kaon.model.ModelFiles;
import io.kaon.storage.Location;
import io.kaon.storage.ModelStores;
import io.kaon.testkit.MemoryStore;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class PollIntervalsTest {
    @Test
    void looksAtEachSchemeInItsOwnTime() throws InterruptedException {
        MemoryStore quick = new MemoryStore();
        MemoryStore rare = new MemoryStore();
        quick.makeDirectory(Location.parse("quick://m"));
        rare.makeDirectory(Location.parse("rare://m"));
        AtomicInteger announced = new AtomicInteger();
        CountDownLatch fifty = new CountDownLatch(50);
        VersionWatcher watcher = new VersionWatcher(
                DesiredModels.of(
                        DesiredModel.of("often", Location.parse("quick://m")),
                        DesiredModel.of("seldom", Location.parse("rare://m"))),
                new ModelStores(Map.of("quick", quick, "rare", rare)),
                announcement -> {
                    assertThat(announcement.models()).containsOnlyKeys("often", "seldom");
                    announced.incrementAndGet();
                    fifty.countDown();
                },
                new PollIntervals(Duration.ofMillis(1), Map.of("rare", Duration.ofHours(1))),
                InstantSource.system(),
                System::nanoTime,
                Runnable::run,
                VersionWatcher.HANGS,
                ModelFiles.of("model.fake"),
                _ -> false);
        Thread watching = Thread.ofVirtual().start(watcher);
        fifty.await();
        watcher.stop();
        watching.join();
        assertThat(rare.listings()).isEqualTo(1);
        assertThat(quick.listings()).isGreaterThanOrEqualTo(50);
    }

    @Test
    void looksAtNothingByItselfWhereTheUsualTimeIsNegative() {
        PollIntervals never = new PollIntervals(Duration.ofSeconds(-1), Map.of("s3", Duration.ofSeconds(5)));
        assertThat(never.looksAtStart()).isFalse();
        assertThat(never.of("s3")).isNegative();
    }

    @Test
    void refusesANegativeTimeForOneScheme() {
        assertThatThrownBy(() -> new PollIntervals(Duration.ZERO, Map.of("s3", Duration.ofSeconds(-1))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("s3");
    }
}
