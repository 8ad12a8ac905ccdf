package io.kaon.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

final class DeviceBudgetTest {
    private static final long MIB = 1 << 20;
    private static final CudaSettings NONE = CudaSettings.defaults();

    private static CudaSettings limit(long bytes) {
        return new CudaSettings(
                OptionalLong.of(bytes), Optional.empty(), Optional.empty(), Optional.empty(), false, Map.of());
    }

    @Test
    void countsTheLimitOfASessionAndOtherwiseItsWeights() {
        DeviceBudget budget = DeviceBudget.of(100 * MIB);
        try (DeviceBudget.Share _ = budget.reserve(0, limit(60 * MIB), MIB)) {
            try (DeviceBudget.Share _ = budget.reserve(0, NONE, 30 * MIB)) {
                assertThat(budget.reserved(0)).isEqualTo(90 * MIB);
            }
            assertThat(budget.reserved(0)).isEqualTo(60 * MIB);
        }
        assertThat(budget.reserved(0)).isZero();
    }

    @Test
    void refusesWithNumbersWhatDoesNotFitAndTakesItOnceAnotherIsGone() {
        DeviceBudget budget = DeviceBudget.of(100 * MIB);
        DeviceBudget.Share first = budget.reserve(1, limit(60 * MIB), MIB);
        assertThatThrownBy(() -> budget.reserve(1, limit(41 * MIB), MIB))
                .isInstanceOfSatisfying(ServingException.class, refused -> {
                    assertThat(refused.kind()).isEqualTo(ErrorKind.ENGINE_FAILED);
                    assertThat(refused)
                            .hasMessage("cuda:1 has no room for it: 41.0 MiB by its cuda.memory-limit, and of the"
                                    + " 100.0 MiB of kaon.engine.cuda.memory-budget other sessions have 60.0 MiB;"
                                    + " unload a model, raise the budget, or set a lower"
                                    + " kaon.engine.models.NAME.cuda.memory-limit");
                });
        assertThatThrownBy(() -> budget.reserve(1, NONE, 41 * MIB)).hasMessageContaining("41.0 MiB of weights");
        first.close();
        first.close();
        try (DeviceBudget.Share _ = budget.reserve(1, limit(100 * MIB), MIB)) {
            assertThat(budget.reserved(1)).isEqualTo(100 * MIB);
        }
    }

    @Test
    void isThatOfEachDevice() {
        DeviceBudget budget = DeviceBudget.of(10);
        try (DeviceBudget.Share _ = budget.reserve(0, NONE, 10);
                DeviceBudget.Share _ = budget.reserve(1, NONE, 10)) {
            assertThat(budget.reserved(0)).isEqualTo(budget.reserved(1));
        }
    }

    @Test
    void refusesNothingWithoutABound() {
        DeviceBudget budget = DeviceBudget.unlimited();
        try (DeviceBudget.Share _ = budget.reserve(0, NONE, Long.MAX_VALUE / 2);
                DeviceBudget.Share _ = budget.reserve(0, NONE, Long.MAX_VALUE / 2)) {
            assertThat(budget.reserved(0)).isPositive();
        }
        assertThatThrownBy(() -> DeviceBudget.of(0)).hasMessage("a budget of 0 bytes");
    }
}
