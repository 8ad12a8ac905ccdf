package io.kaon.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class SpreadTest {
    @Test
    void takesTheMiddleValueForTheMedian() {
        assertThat(Spread.of(9, 1, 2).median()).isEqualTo(2);
    }

    @Test
    void takesTheMiddleOfTheTwoInTheMiddle() {
        assertThat(Spread.of(10, 1, 2, 4).median()).isEqualTo(3);
    }

    @Test
    void takesAQuantileFromTheValuesThemselves() {
        Spread four = Spread.of(40, 10, 30, 20);
        assertThat(four.quantile(0.5)).isEqualTo(20);
        assertThat(four.quantile(0.51)).isEqualTo(30);
        assertThat(four.quantile(0.99)).isEqualTo(40);
        assertThat(four.quantile(0)).isEqualTo(10);
    }

    @Test
    void comparesRoundByRoundAndNotMedianByMedian() {
        Spread ratios = Spread.of(10, 100, 30).over(Spread.of(5, 25, 30));
        assertThat(ratios.values()).containsExactly(2.0, 4.0, 1.0);
        assertThat(Spread.of(1, 2).plus(Spread.of(10, 20)).values()).containsExactly(11.0, 22.0);
    }

    @Test
    void leavesOutRoundsThatOnlyOneSideHas() {
        assertThat(Spread.of(10, 20, 30).over(Spread.of(10, 10)).values()).containsExactly(1.0, 2.0);
        assertThat(Spread.of(10).over(Spread.of()).isEmpty()).isTrue();
    }

    @Test
    void isNoNumberWithoutValues() {
        Spread none = Spread.of();
        assertThat(none.median()).isNaN();
        assertThat(none.quantile(0.99)).isNaN();
        assertThat(none.least()).isNaN();
        assertThat(none.most()).isNaN();
    }

    @Test
    void keepsWhatItHasWhenOneMoreComes() {
        Spread two = Spread.of(1, 2);
        assertThat(two.and(3).values()).containsExactly(1.0, 2.0, 3.0);
        assertThat(two.values()).hasSize(2);
    }

    @Test
    void showsTheLeastAndTheMostBesideTheMedian() {
        assertThat(Spread.of(3, 1.004, 2).shown()).isEqualTo("2.00 (1.00 to 3.00)");
    }
}
