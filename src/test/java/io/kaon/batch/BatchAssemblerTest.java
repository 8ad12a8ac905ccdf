package io.kaon.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.kaon.model.ModelSignature;
import io.kaon.tensor.DataType;
import io.kaon.tensor.NamedTensors;
import io.kaon.tensor.Shape;
import io.kaon.tensor.TensorSpec;
import io.kaon.testkit.FakeEngine;
import io.kaon.testkit.Tensors;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class BatchAssemblerTest {
    private static final long NOW = 1000;

    private final BatchAssembler queue = new BatchAssembler(2, _ -> false, false);

    @Test
    void givesBackInTheOrderOfArrival() {
        InferenceRequest first = patient();
        InferenceRequest second = patient();
        assertThat(queue.offer(first, NOW)).isTrue();
        assertThat(queue.offer(second, NOW)).isTrue();
        assertThat(queue.size()).isEqualTo(2);
        assertThat(queue.next(NOW, 1, _ -> true).requests()).containsExactly(first);
        assertThat(queue.next(NOW, 1, _ -> true).requests()).containsExactly(second);
        assertThat(queue.next(NOW, 1, _ -> true).requests()).isEmpty();
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
    void makesRoomByDroppingThoseThatNoClientWaitsFor() {
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
        assertThat(queue.next(NOW + 10, 1, _ -> true).requests()).isEmpty();
        assertThat(queue.takeExpired()).containsExactly(late);
    }

    @Test
    void takesWhatMergesWithTheOldestAndKeepsTheRestInOrder() {
        BatchAssembler merging = new BatchAssembler(10, _ -> true, false);
        List<InferenceRequest> offered = List.of(rows(1, ""), rows(1, "y"), rows(2, ""), rows(1, "y"), rows(3, ""));
        offered.forEach(request -> assertThat(merging.offer(request, NOW)).isTrue());
        BatchAssembler.Assembled first = merging.next(NOW, 4, _ -> true);
        assertThat(first.requests()).containsExactly(offered.get(0), offered.get(2));
        assertThat(first.isFull()).isTrue();
        BatchAssembler.Assembled second = merging.next(NOW, 4, _ -> true);
        assertThat(second.requests()).containsExactly(offered.get(1), offered.get(3));
        assertThat(second.isFull()).isFalse();
        assertThat(merging.next(NOW, 4, _ -> true).requests()).containsExactly(offered.get(4));
    }

    @Test
    void takesNoMoreThanCanBeAfforded() {
        BatchAssembler merging = new BatchAssembler(10, _ -> true, false);
        for (int i = 0; i < 5; i++) {
            assertThat(merging.offer(rows(2, ""), NOW)).isTrue();
        }
        assertThat(merging.next(NOW, 100, elements -> elements <= 6).requests()).hasSize(3);
        assertThat(merging.next(NOW, 100, _ -> false).requests()).hasSize(1);
    }

    @Test
    void letsAFullBatchBeToldFromOneThatMayGrow() {
        BatchAssembler merging = new BatchAssembler(10, _ -> true, false);
        assertThat(merging.isFull(1)).isFalse();
        assertThat(merging.offer(rows(2, ""), NOW)).isTrue();
        assertThat(merging.isFull(3)).isFalse();
        assertThat(merging.offer(rows(1, ""), NOW)).isTrue();
        assertThat(merging.isFull(3)).isTrue();
    }

    @Test
    void keepsRowsOfDifferentSizesApart() {
        BatchAssembler merging = new BatchAssembler(10, _ -> true, false);
        List<InferenceRequest> offered = List.of(row(1), row(2), row(1));
        offered.forEach(request -> assertThat(merging.offer(request, NOW)).isTrue());
        assertThat(merging.next(NOW, 4, _ -> true).requests()).containsExactly(offered.get(0), offered.get(2));
        assertThat(merging.next(NOW, 4, _ -> true).requests()).containsExactly(offered.get(1));
    }

    @Test
    void takesRowsOfDifferentSizesTogetherWhereTheyAreWidened() {
        BatchAssembler widening = new BatchAssembler(10, _ -> true, true);
        List<InferenceRequest> offered = List.of(row(1), row(0), row(2));
        offered.forEach(request -> assertThat(widening.offer(request, NOW)).isTrue());
        assertThat(widening.isFull(2)).isTrue();
        assertThat(widening.isFull(3)).isFalse();
        assertThat(widening.next(NOW, 4, _ -> true).requests()).containsExactly(offered.get(0), offered.get(2));
        assertThat(widening.next(NOW, 4, _ -> true).requests()).containsExactly(offered.get(1));
    }

    @Test
    void takesNoMoreThanCanBeAffordedOnceItIsWidened() {
        BatchAssembler widening = new BatchAssembler(10, _ -> true, true);
        List.of(row(1), row(1), row(5))
                .forEach(request -> assertThat(widening.offer(request, NOW)).isTrue());
        assertThat(widening.next(NOW, 100, elements -> elements < 15).requests())
                .hasSize(2);
    }

    @Test
    void doesNotLetOneLongRowMakeABatchOfManyShortOnesTooLarge() {
        BatchAssembler widening = new BatchAssembler(1000, _ -> true, true);
        assertThat(widening.offer(row(1 << 18), NOW)).isTrue();
        for (int i = 0; i < 100; i++) {
            assertThat(widening.offer(row(1), NOW)).isTrue();
        }
        BatchAssembler.Assembled batch = widening.next(NOW, 1000, _ -> true);
        assertThat(batch.requests()).hasSize(16);
        assertThat(batch.isFull()).isTrue();
        assertThat(widening.next(NOW, 1000, _ -> true).requests()).hasSize(85);
    }

    @Test
    void keepsApartWhatHasAnotherShapeThanDeclared() {
        List<TensorSpec> declared = List.of(TensorSpec.of("x", DataType.FLOAT, Shape.of(-1, 3)));
        ModelSignature signature = ModelSignature.of("s", declared, declared);
        for (boolean widens : new boolean[] {false, true}) {
            BatchAssembler merging = new BatchAssembler(10, _ -> true, widens);
            for (Shape shape : List.of(Shape.of(1, 3), Shape.of(1, 2), Shape.of(1, 2), Shape.of(3), Shape.of(2, 3))) {
                NamedTensors x = NamedTensors.of("x", Tensors.floats(shape, new float[(int) shape.elements()]));
                InferenceRequest request = new InferenceRequest(signature, x, Set.of(), Deadline.NEVER, Runnable::run);
                assertThat(merging.offer(request, NOW)).isTrue();
            }
            assertThat(merging.next(NOW, 9, _ -> true).requests()).hasSize(2);
            for (int alone = 0; alone < 3; alone++) {
                assertThat(merging.next(NOW, 9, _ -> true).requests()).hasSize(1);
            }
        }
    }

    private static InferenceRequest row(int length) {
        return WideRequests.of(Tensors.floats(Shape.of(1, length), new float[length]));
    }

    private static InferenceRequest rows(int rows, String wanted) {
        return new InferenceRequest(
                FakeEngine.SIGNATURE,
                FakeEngine.input(new float[rows]),
                wanted.isEmpty() ? Set.of() : Set.of(wanted),
                Deadline.NEVER,
                Runnable::run);
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
