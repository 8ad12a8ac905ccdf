package io.kaon.testkit;

import io.kaon.batch.BatchListener;
import io.kaon.batch.BatchRun;
import io.kaon.batch.BatchThreads;
import io.kaon.batch.Batcher;
import io.kaon.batch.BatchingPolicy;
import io.kaon.batch.Lanes;
import io.kaon.batch.Merging;
import io.kaon.batch.RunClock;
import io.kaon.batch.RunWatch;
import io.kaon.model.ExampleOutputs;
import io.kaon.model.ModelId;
import io.kaon.serving.LoadedModel;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Versions of [FakeEngine]'s models, ready to be borrowed, and the lane that they run on.
public final class FakeModels implements AutoCloseable {
    private final ManualClock clock;
    private final ManualTimer timer;
    private final Lanes lanes =
            new Lanes(2, Thread.ofPlatform().name("lane-", 0).factory());

    public FakeModels(ManualClock clock) {
        this.clock = clock;
        this.timer = new ManualTimer(clock);
    }

    /// Never runs in place, so that every run is one that could outlive its caller.
    public Batcher batcher(BatchRun run) {
        return new Batcher(
                "m/1",
                run,
                new BatchingPolicy(1000, Duration.ZERO, Merging.OFF),
                new BatchThreads(lanes, timer, _ -> {}, new RunWatch(System::nanoTime, Duration.ofMinutes(1))),
                RunClock.of(clock),
                BatchListener.NONE);
    }

    /// A version that adds its own number.
    public LoadedModel version(String name, long version) {
        return new LoadedModel(
                new ModelId(name, version), "fake", FakeEngine.session(version), ExampleOutputs.FOUND, this::batcher);
    }

    /// The same, of a session that says where it is computed.
    ///
    /// @param fault of that device; null if it has none
    public LoadedModel version(String name, long version, String device, @Nullable String fault) {
        return new LoadedModel(
                new ModelId(name, version),
                "fake",
                new FakeDeviceSession(FakeEngine.session(version), device, fault),
                ExampleOutputs.FOUND,
                this::batcher);
    }

    /// Ends the lanes; every version must have been closed.
    @Override
    public void close() {
        lanes.close();
    }
}
