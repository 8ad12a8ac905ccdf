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

    /// Else a few clients with large bodies, or with answers that they do not read, have all others refused.
    @Test
    void sparesRoomForSmallRequests() {
        InFlightBytes bytes = new InFlightBytes(800);
        assertThat(bytes.largest()).isEqualTo(700);
        assertThat(bytes.tryReserve(690, 0)).isTrue();
        assertThat(bytes.tryReserve(11, 0)).as("large").isFalse();
        assertThat(bytes.tryReserve(6, 0)).as("small").isTrue();
        assertThat(bytes.tryReserve(6, 0)).as("small").isTrue();
        assertThat(bytes.tryReserve(6, 1)).as("large by now").isFalse();
        assertThat(bytes.tryReserve(98)).isTrue();
        assertThat(bytes.tryReserve(1, 0)).as("full").isFalse();
        assertThatThrownBy(() -> bytes.reserve(701)).hasMessageContaining("expected at most 700");
    }

    @Test
    void isShortWhenThreeQuartersAreHeld() {
        InFlightBytes bytes = new InFlightBytes(800);
        bytes.add(600);
        assertThat(bytes.isShort()).isFalse();
        bytes.add(1);
        assertThat(bytes.isShort()).isTrue();
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
