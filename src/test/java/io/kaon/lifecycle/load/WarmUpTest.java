package io.kaon.lifecycle.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kaon.batch.BatchListener;
import io.kaon.batch.BatchThreads;
import io.kaon.batch.Batcher;
import io.kaon.batch.BatchingPolicy;
import io.kaon.batch.Lanes;
import io.kaon.batch.RunClock;
import io.kaon.batch.RunWatch;
import io.kaon.engine.EngineSession;
import io.kaon.model.Cancellation;
import io.kaon.model.ErrorKind;
import io.kaon.model.ExampleOutputs;
import io.kaon.model.ModelId;
import io.kaon.model.ModelSignature;
import io.kaon.model.ServingException;
import io.kaon.serving.LoadedModel;
import io.kaon.tensor.DataType;
import io.kaon.tensor.NamedTensors;
import io.kaon.tensor.Shape;
import io.kaon.tensor.TensorSpec;
import io.kaon.testkit.LeakInspector;
import io.kaon.testkit.ManualClock;
import io.kaon.testkit.ManualTimer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakInspector.class)
final class WarmUpTest {
    private final ManualClock clock = new ManualClock();
    private final ManualTimer timer = new ManualTimer(clock);
    private Duration bound = Duration.ofSeconds(5);
    private @Nullable LoadedModel last;
    private final Lanes lanes =
            new Lanes(1, Thread.ofPlatform().name("lane-", 0).factory());

    /// Signatures of the runs, in order.
    private final List<String> runs = new ArrayList<>();

    @AfterEach
    void end() {
        lanes.close();
    }

    @Test
    void runsAQuickModelTwentyTimesAfterTheFirst() {
        warmUp(Duration.ofMillis(1), signature("a", Shape.of(-1)));
        assertThat(runs).hasSize(1 + WarmUp.MOST_RUNS);
    }

    @Test
    void stopsWhenTheTimeIsUp() {
        warmUp(Duration.ofMillis(40), signature("a", Shape.of(-1)));
        assertThat(runs).hasSize(5);
    }

    @Test
    void measuresASlowModelOnce() {
        warmUp(Duration.ofSeconds(4), signature("a", Shape.of(-1)));
        assertThat(runs).hasSize(2);
    }

    @Test
    void goesOnWithTheNextSignatureWhenOneRefusesZeros() {
        warmUp(Duration.ofMillis(100), signature("refuses", Shape.of(-1)), signature("b", Shape.of(-1)));
        assertThat(runs).containsExactly("refuses", "b", "b");
    }

    @Test
    void passesOverInputsThatTakeTooMuchMemory() {
        warmUp(Duration.ofMillis(100), signature("huge", Shape.of(1 << 20, 1 << 20)));
        assertThat(runs).isEmpty();
    }

    @Test
    void runsNothingWhenItIsTurnedOff() {
        bound = Duration.ZERO;
        warmUp(Duration.ofMillis(1), signature("a", Shape.of(-1)));
        assertThat(runs).isEmpty();
    }

    @Test
    void endsARunThatDoesNotEndByItself() {
        warmUp(Duration.ZERO, signature("endless", Shape.of(-1)), signature("b", Shape.of(-1)));
        assertThat(runs).as("the time of all signatures is over").containsExactly("endless");
        assertThat(timer.pending()).isZero();
    }

    @Test
    void refusesAVersionThatCannotAnswerAnything() {
        assertThatThrownBy(() ->
                        warmUp(Duration.ZERO, signature("broken", Shape.of(-1)), signature("broken2", Shape.of(-1))))
                .hasMessage("variable w has no value");
        lent().close();
    }

    @Test
    void takesAVersionOfWhichOneSignatureCanAnswer() {
        warmUp(Duration.ofSeconds(1), signature("broken", Shape.of(-1)), signature("b", Shape.of(-1)));
        assertThat(runs).containsExactly("broken", "b", "b");
    }

    private LoadedModel lent() {
        LoadedModel model = Objects.requireNonNull(last);
        assertThat(model.drain()).isCompleted();
        return model;
    }

    private void warmUp(Duration took, ModelSignature... signatures) {
        Map<String, ModelSignature> byName = new LinkedHashMap<>();
        for (ModelSignature signature : signatures) {
            byName.put(signature.name(), signature);
        }
        EngineSession session = new EngineSession() {
            @Override
            public boolean isOnCaller() {
                return true;
            }

            @Override
            public Map<String, ModelSignature> signatures() {
                return byName;
            }

            @Override
            public NamedTensors run(
                    ModelSignature signature, NamedTensors inputs, Set<String> wanted, Cancellation cancellation) {
                runs.add(signature.name());
                clock.advance(took);
                if (signature.name().startsWith("broken")) {
                    throw new ServingException(ErrorKind.MODEL_BROKEN, "variable w has no value");
                }
                if (signature.name().equals("endless")) {
                    clock.advance(Duration.ofNanos(cancellation.limitNanos()));
                    timer.runDue();
                    assertThat(cancellation.isCancelled()).isTrue();
                    throw Cancellation.ended(null);
                }
                if (signature.name().equals("refuses")) {
                    throw new ServingException(ErrorKind.INVALID_REQUEST, "0 is out of range");
                }
                return inputs;
            }

            @Override
            public void close() {
                // Holds nothing.
            }
        };
        LoadedModel model = new LoadedModel(
                new ModelId("m", 1),
                "test",
                session,
                ExampleOutputs.FOUND,
                run -> new Batcher(
                        "m/1",
                        run,
                        BatchingPolicy.defaults(),
                        new BatchThreads(
                                lanes,
                                new ManualTimer(clock),
                                _ -> {},
                                new RunWatch(System::nanoTime, Duration.ofMinutes(1))),
                        RunClock.of(clock),
                        BatchListener.NONE));
        last = model;
        new WarmUp(clock, timer).run(model, session, bound);
        lent().close();
    }

    private static ModelSignature signature(String name, Shape shape) {
        return ModelSignature.of(name, List.of(TensorSpec.of("x", DataType.FLOAT, shape)), List.of());
    }
}
