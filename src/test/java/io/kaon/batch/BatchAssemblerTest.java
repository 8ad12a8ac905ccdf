package io.kaon.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.kaon.testkit.FakeEngine;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class BatchAssemblerTest {
    private static final long NOW = 1000;

    private final BatchAssembler queue = new BatchAssembler(new BatchingPolicy(2, Duration.ZERO));

    @Test
    void givesBackInTheOrderOfArrival() {
        InferenceRequest first = patient();
        InferenceRequest second = patient();
        assertThat(queue.offer(first, NOW)).isTrue();
        assertThat(queue.offer(second, NOW)).isTrue();
        assertThat(queue.size()).isEqualTo(2);
        assertThat(queue.next(NOW)).isSameAs(first);
        assertThat(queue.next(NOW)).isSameAs(second);
        assertThat(queue.next(NOW)).isNull();
        assertThat(queue.isEmpty()).isTrue();
    }

    @Test
    void refusesWhatIsAboveTheBound() {
        assertThat(queue.offer(patient(), NOW)).isTrue();
        assertThat(queue.offer(patient(), NOW)).isTrue();
        assertThat(queue.offer(patient(), NOW)).isFalse();
        assertThat(queue.size()).isEqualTo(2);
    }

    @Test
    void makesRoomByDroppingThoseNobodyWaitsFor() {
        InferenceRequest left = patient();
        queue.offer(left, NOW);
        queue.offer(patient(), NOW);
        left.result().cancel(false);
        assertThat(queue.offer(patient(), NOW)).isTrue();
        assertThat(queue.takeExpired()).isEmpty();
    }

    @Test
    void makesRoomByExpiringTheLateAndTellsOfThemOnce() {
        InferenceRequest late = until(NOW + 10);
        queue.offer(late, NOW);
        queue.offer(patient(), NOW);
        assertThat(queue.offer(patient(), NOW + 9)).isFalse();
        assertThat(queue.offer(patient(), NOW + 10)).isTrue();
        assertThat(queue.takeExpired()).containsExactly(late);
        assertThat(queue.takeExpired()).isEmpty();
    }

    @Test
    void passesOverTheLateAndTheCancelled() {
        InferenceRequest late = until(NOW + 10);
        InferenceRequest left = patient();
        queue.offer(late, NOW);
        queue.offer(left, NOW);
        left.result().cancel(false);
        assertThat(queue.next(NOW + 10)).isNull();
        assertThat(queue.takeExpired()).containsExactly(late);
    }

    private static InferenceRequest patient() {
        return request(Deadline.NEVER);
    }

    private static InferenceRequest until(long moment) {
        return request(new Deadline(moment));
    }

    private static InferenceRequest request(Deadline deadline) {
        return new InferenceRequest(FakeEngine.SIGNATURE, FakeEngine.input(1), Set.of(), deadline, Runnable::run);
    }
}
