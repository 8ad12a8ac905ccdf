package io.kaon.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class MergingTest {
    @Test
    void padsToTheNextAllowedSize() {
        Merging merging = allowed(8, List.of(1, 4, 8));
        assertThat(List.of(merging.padding(1), merging.padding(2), merging.padding(4), merging.padding(5)))
                .containsExactly(0, 2, 0, 3);
        assertThat(Merging.DEFAULT.padding(5)).isZero();
    }

    @Test
    void refusesSizesThatMakeNoSense() {
        assertThatThrownBy(() -> allowed(8, List.of(4, 2, 8))).hasMessageContaining("ascending");
        assertThatThrownBy(() -> allowed(8, List.of(0, 8))).hasMessageContaining("positive");
        assertThatThrownBy(() -> allowed(8, List.of(4))).hasMessageContaining("the last to be the largest batch, 8");
        assertThatThrownBy(() -> allowed(0, List.of())).hasMessageContaining("at least 1");
    }

    @Test
    void takesNoMoreRowsThanTheModelDeclares() {
        Merging fewer = allowed(8, List.of(1, 4, 8)).withMostRows(6);
        assertThat(fewer.maxRows()).isEqualTo(6);
        assertThat(fewer.allowedRows()).containsExactly(1, 4, 6);
        assertThat(fewer.requestRows()).isEqualTo(6);
        assertThat(allowed(8, List.of(1, 4, 8)).withMostRows(100).allowedRows()).containsExactly(1, 4, 8);
        assertThat(Merging.DEFAULT.withMostRows(1).isOn()).isFalse();
    }

    @Test
    void isOffWhereABatchHasOneRow() {
        assertThat(Merging.OFF.isOn()).isFalse();
        assertThat(Merging.DEFAULT.isOn()).isTrue();
    }

    private static Merging allowed(int mostRows, List<Integer> sizes) {
        return new Merging(mostRows, false, Duration.ZERO, sizes, 1, Long.MAX_VALUE, false, false, true);
    }
}
