package io.kaon.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class PercentilesTest {
    @Test
    void tellsTheTimeThatAShareOfTheCallsDidNotExceed() {
        Percentiles times = new Percentiles(LongStream.rangeClosed(1, 1000)
                .map(millis -> 1_000_000 * (1001 - millis))
                .toArray());
        assertThat(times.millis(0.5)).isEqualTo(500);
        assertThat(times.millis(0.99)).isEqualTo(990);
        assertThat(times.millis(1)).isEqualTo(1000);
    }

    @Test
    void tellsTheOnlyTimeForEveryShare() {
        Percentiles one = new Percentiles(2_500_000);
        assertThat(one.millis(0.001)).isEqualTo(2.5);
        assertThat(one.millis(1)).isEqualTo(2.5);
    }
}
