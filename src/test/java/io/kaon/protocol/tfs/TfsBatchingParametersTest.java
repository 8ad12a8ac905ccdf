package io.kaon.protocol.tfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kaon.batch.BatchingPolicy;
import io.kaon.batch.Merging;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TfsBatchingParametersTest {
    @Test
    void takesWhatTheReferenceTakesWhereTheFileIsSilent() {
        BatchingPolicy policy = read("");
        assertThat(policy.queueBound()).isEqualTo(10_000);
        assertThat(policy.merging())
                .isEqualTo(new Merging(
                        1000, false, Duration.ZERO, List.of(), Integer.MAX_VALUE, 1000, false, false, true));
        assertThat(policy.inlineBudget()).isEqualTo(BatchingPolicy.defaults().inlineBudget());
    }

    @Test
    void takesEveryField() {
        BatchingPolicy policy = read("""
                max_batch_size { value: 128 }
                batch_timeout_micros { value: 2500 }
                max_enqueued_batches { value: 3 }
                num_batch_threads { value: 2 }
                thread_pool_name { value: "any" }
                allowed_batch_sizes: 8
                allowed_batch_sizes: 32
                pad_variable_length_inputs: true
                enable_large_batch_splitting { value: true }
                max_execution_batch_size { value: 32 }
                """);
        assertThat(policy.queueBound()).isEqualTo(384);
        assertThat(policy.merging())
                .isEqualTo(
                        new Merging(32, false, Duration.ofNanos(2_500_000), List.of(8, 32), 2, 128, true, true, true));
    }

    @Test
    void passesOverTheSizeOfPartsWhereNothingIsSplit() {
        assertThat(read("max_batch_size { value: 4 } max_execution_batch_size { value: 2 }")
                        .merging()
                        .maxRows())
                .isEqualTo(4);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            max_batch_size { value: 0 }                            | max_batch_size: expected at least 1, got 0
            num_batch_threads { value: -1 }                        | num_batch_threads: expected at least 1, got -1
            batch_timeout_micros { value: -1 }                     | delay
            max_batch_size { value: 4 } allowed_batch_sizes: 2     | the last to be the largest batch, 4
            max_batch_size: 4                                      | line 1
            max_batch_sise { value: 4 }                            | max_batch_sise
            """)
    void refusesWhatMakesNoSense(String text, String phrase) {
        assertThatThrownBy(() -> read(text)).hasMessageContaining(phrase);
    }

    private static BatchingPolicy read(String text) {
        return TfsBatchingParameters.policy(text, BatchingPolicy.defaults());
    }
}
