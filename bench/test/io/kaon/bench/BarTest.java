package io.kaon.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class BarTest {
    @Test
    void passesAtItsLimit() {
        assertThat(Bar.atMost(1, "", Spread.of(1.2), 1.2).verdict()).isEqualTo("pass");
        assertThat(Bar.atLeast(1, "", Spread.of(3), 3).verdict()).isEqualTo("pass");
    }

    @Test
    void missesBeyondItsLimit() {
        assertThat(Bar.atMost(1, "", Spread.of(1.21), 1.2).verdict()).isEqualTo("miss");
        assertThat(Bar.atLeast(1, "", Spread.of(2.99), 3).verdict()).isEqualTo("miss");
    }

    @Test
    void judgesTheMedianOfAllRounds() {
        assertThat(Bar.atMost(1, "", Spread.of(9, 1, 1), 1.2).verdict()).isEqualTo("pass");
        assertThat(Bar.atLeast(1, "", Spread.of(9, 1, 1), 1.2).verdict()).isEqualTo("miss");
    }

    @Test
    void doesNotJudgeWhatWasNotMeasured() {
        assertThat(Bar.atMost(1, "", Spread.of(), 1.2).verdict()).isEqualTo("-");
    }

    @Test
    void saysOnWhichSideOfTheLimitItMustBe() {
        assertThat(Bar.atMost(1, "", Spread.of(), 1.2).bound()).isEqualTo("≤ 1.20");
        assertThat(Bar.atLeast(1, "", Spread.of(), 3.5).bound()).isEqualTo("≥ 3.50");
    }
}
