package io.kaon.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class InPlaceTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final InPlace inPlace = new InPlace("m/1");

    @Test
    void keepsAModelAwayWhoseRunHadToBeEndedAndLongerEachTime() {
        assertThat(inPlace.allows(false, 0)).isTrue();
        inPlace.forbid(0);
        assertThat(inPlace.allows(false, 10 * SECOND - 1)).isFalse();
        assertThat(inPlace.allows(false, 10 * SECOND)).isTrue();
        inPlace.forbid(10 * SECOND);
        assertThat(inPlace.allows(false, 30 * SECOND - 1)).isFalse();
        assertThat(inPlace.allows(false, 30 * SECOND)).isTrue();
    }

    @Test
    void countsRunsThatSeveralEventLoopsEndAtOnceAsOne() {
        inPlace.forbid(0);
        inPlace.forbid(1);
        assertThat(inPlace.allows(false, 10 * SECOND)).isTrue();
    }

    @Test
    void letsSignaturesWhoseDurationVariesBeginOnLanes() {
        for (int i = 0; i < 1000; i++) {
            assertThat(inPlace.allows(true, 0)).isFalse();
        }
        assertThat(inPlace.allows(true, 0)).isTrue();
    }
}
