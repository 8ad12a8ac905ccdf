package io.kaon.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

final class InFlightBytesTest {
    @Test
    void admitsUpToTheLimit() {
        InFlightBytes bytes = new InFlightBytes(10);
        assertThat(bytes.tryReserve(4)).isTrue();
        assertThat(bytes.tryReserve(7)).isFalse();
        assertThat(bytes.used()).isEqualTo(4);
        assertThat(bytes.tryReserve(6)).isTrue();
        assertThat(bytes.tryReserve(1)).isFalse();
        bytes.release(10);
        assertThat(bytes.tryReserve(10)).isTrue();
    }

    @Test
    void refusesSizesThatWouldOverflow() {
        InFlightBytes bytes = new InFlightBytes(Long.MAX_VALUE);
        assertThat(bytes.tryReserve(Long.MAX_VALUE)).isTrue();
        assertThat(bytes.tryReserve(Long.MAX_VALUE)).isFalse();
    }

    @Test
    void refusesLimitsThatAdmitNothingAndReleasesOfWhatWasNotReserved() {
        assertThatThrownBy(() -> new InFlightBytes(0)).hasMessage("a limit of 0 bytes admits nothing");
        assertThatThrownBy(() -> new InFlightBytes(1).release(1)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void keepsTheLimitUnderContention() throws InterruptedException, ExecutionException {
        int limit = 100;
        InFlightBytes bytes = new InFlightBytes(limit);
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Future<Integer>> runs = new ArrayList<>();
            for (int thread = 1; thread <= 4; thread++) {
                int size = 17 * thread;
                runs.add(threads.submit(() -> {
                    int admitted = 0;
                    for (int i = 0; i < 20_000; i++) {
                        if (bytes.tryReserve(size)) {
                            assertThat(bytes.used()).isBetween((long) size, (long) limit);
                            admitted++;
                            bytes.release(size);
                        }
                    }
                    return admitted;
                }));
            }
            // Which thread is admitted is the scheduler's choice; the first to ask is.
            int admitted = 0;
            for (Future<Integer> run : runs) {
                admitted += run.get();
            }
            assertThat(admitted).isPositive();
        }
        assertThat(bytes.used()).isZero();
    }
}
