package io.kaon.bench;

import io.kaon.batch.BatchListener;
import io.kaon.batch.BatchThreads;
import io.kaon.batch.Batcher;
import io.kaon.batch.BatchingPolicy;
import io.kaon.batch.Deadline;
import io.kaon.batch.InferenceRequest;
import io.kaon.batch.Lanes;
import io.kaon.batch.Merging;
import io.kaon.batch.RunClock;
import io.kaon.batch.RunWatch;
import io.kaon.model.ModelSignature;
import io.kaon.tensor.DataType;
import io.kaon.tensor.NamedTensors;
import io.kaon.tensor.Shape;
import io.kaon.tensor.TensorSpec;
import io.kaon.testkit.Tensors;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.Blackhole;

/// What the batcher costs a request from being made and submitted to its answer, with a model that answers its
/// own inputs at once: a row of four floats. The thread that measures is the event loop.
///
/// In place, the run happens on that thread, for a request alone and for [#TOGETHER] that arrive in one tick.
/// On the lane, it happens on another, and waking threads is most of what that costs; so those figures say more
/// about the machine, and only the heap that they take is as steady as the others.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class BatcherBenchmark {
    private static final int TOGETHER = 8;

    /// As the default merges a proven signature, but not tuned: a model that does nothing teaches nothing about
    /// how many rows pay.
    private static final Merging MERGING =
            new Merging(256, false, Duration.ZERO, List.of(), Integer.MAX_VALUE, Long.MAX_VALUE, false, false, true);

    private final ModelSignature signature = ModelSignature.of(
            ModelSignature.DEFAULT_NAME,
            List.of(TensorSpec.of("x", DataType.FLOAT, Shape.of(Shape.UNKNOWN, 4))),
            List.of(TensorSpec.of("x", DataType.FLOAT, Shape.of(Shape.UNKNOWN, 4))));
    private final NamedTensors row = NamedTensors.of("x", Tensors.floats(Shape.of(1, 4), 1, 2, 3, 4));
    private final FakeLoop loop = new FakeLoop();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final RunWatch watch = new RunWatch(
            System::nanoTime, Duration.ofMinutes(1), Thread.ofPlatform().daemon()::unstarted);
    private final Lanes lanes =
            new Lanes(1, Thread.ofPlatform().name("lane-", 0).factory());
    private final Batcher alone = batcher(Duration.ofSeconds(1), Merging.OFF);
    private final Batcher merging = batcher(Duration.ofSeconds(1), MERGING);
    private final Batcher laned = batcher(Duration.ZERO, MERGING);

    /// What is known to be quick runs in place.
    @Setup(Level.Trial)
    public void learnWhatRunsCost() {
        for (Batcher batcher : List.of(alone, merging)) {
            NamedTensors _ = batcher.runMeasured(request());
        }
    }

    @TearDown(Level.Trial)
    public void end() {
        laned.close();
        lanes.close();
        timer.shutdownNow();
    }

    @Benchmark
    public NamedTensors inPlaceUnmerged() {
        return alone.submit(request()).resultNow();
    }

    /// As most requests of a connection that has no company: nearly all run at once, and one in a few dozens at
    /// the end of its tick.
    @Benchmark
    public NamedTensors inPlaceAlone() {
        CompletableFuture<NamedTensors> answer = merging.submit(request());
        loop.endTick();
        return answer.resultNow();
    }

    @Benchmark
    @OperationsPerInvocation(TOGETHER)
    public void inPlaceTicksOfEight(Blackhole answers) {
        List<CompletableFuture<NamedTensors>> tick = submitTogether(merging);
        loop.endTick();
        for (CompletableFuture<NamedTensors> answer : tick) {
            answers.consume(answer.resultNow());
        }
    }

    @Benchmark
    public NamedTensors onLaneAlone() throws InterruptedException {
        return await(laned.submit(request()));
    }

    @Benchmark
    @OperationsPerInvocation(TOGETHER)
    public void onLaneEightAtOnce(Blackhole answers) throws InterruptedException {
        for (CompletableFuture<NamedTensors> answer : submitTogether(laned)) {
            answers.consume(await(answer));
        }
    }

    private List<CompletableFuture<NamedTensors>> submitTogether(Batcher batcher) {
        return List.of(
                batcher.submit(request()),
                batcher.submit(request()),
                batcher.submit(request()),
                batcher.submit(request()),
                batcher.submit(request()),
                batcher.submit(request()),
                batcher.submit(request()),
                batcher.submit(request()));
    }

    private NamedTensors await(CompletableFuture<NamedTensors> answer) throws InterruptedException {
        while (!answer.isDone()) {
            loop.runNext();
        }
        return answer.resultNow();
    }

    private InferenceRequest request() {
        return new InferenceRequest(signature, row, Set.of(), Deadline.NEVER, loop);
    }

    private Batcher batcher(Duration inlineBudget, Merging how) {
        return new Batcher(
                "bench/1",
                (_, inputs, _, _) -> inputs,
                new BatchingPolicy(1000, inlineBudget, how),
                new BatchThreads(lanes, timer, _ -> {}, watch),
                RunClock.of(System::nanoTime),
                BatchListener.NONE);
    }
}
