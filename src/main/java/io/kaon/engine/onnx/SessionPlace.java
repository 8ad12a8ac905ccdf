package io.kaon.engine.onnx;

import io.kaon.engine.DeviceBudget;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Where a session is computed, and what is known of that place.
final class SessionPlace implements AutoCloseable {
    private static final String PROCESSOR_ARENA = "cpu:0";

    private final SessionPlan plan;
    private final String device;
    private final boolean onCaller;
    private final DeviceBudget.@Nullable Share share;
    private final AtomicReference<@Nullable String> fault = new AtomicReference<>();

    /// @param onCaller whether the settings let no other thread take part
    /// @param share of the device's memory; null on the processor
    SessionPlace(SessionPlan plan, boolean onCaller, DeviceBudget.@Nullable Share share) {
        this.plan = plan;
        this.device = plan.device();
        this.onCaller = onCaller;
        this.share = share;
    }

    String device() {
        return device;
    }

    boolean isOnGpu() {
        return plan.gpu() != null;
    }

    @Nullable
    String notice() {
        return plan.notice();
    }

    /// Whether the processor time of the thread that asks is what a run costs.
    boolean isOnCaller(boolean onDevice) {
        return onCaller && !onDevice;
    }

    /// The arenas that are shrunk after a large run, as ONNX Runtime writes them.
    String arenas() {
        return plan.hasDeviceArena() ? PROCESSOR_ARENA + ";gpu:" + plan.gpu() : PROCESSOR_ARENA;
    }

    /// Remembers of a failed run whether it was the last.
    void failed(String words) {
        CudaFailure failure = CudaFailure.of(words);
        if (failure.kind() == CudaFailure.Kind.LOST) {
            fault.compareAndSet(null, device + ": " + failure.words());
        }
    }

    @Nullable
    String fault() {
        return fault.get();
    }

    @Override
    public void close() {
        if (share != null) {
            share.close();
        }
    }
}
