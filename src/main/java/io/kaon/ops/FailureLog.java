package io.kaon.ops;

import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.serving.Inference;
import io.kaon.serving.InferenceListener;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Logs inferences that fail through a fault of the server's side, over REST a 500: of each model the first in a
/// minute. Those that follow within the minute are counted, and the model's next line says how many there were. Only
/// the first line of a model carries a stack trace. A bug is not logged here: the protocol's edge does that.
///
/// Safe for use by all threads. An inference that does not fail costs a comparison.
public final class FailureLog implements InferenceListener {
    /// What is known of one model's failures.
    ///
    /// @param traced whether a line with a stack trace has been logged
    private record Failures(LogLimit limit, AtomicBoolean traced) {}

    private final LongSupplier clock;
    private final BiConsumer<String, @Nullable Throwable> log;
    private final Map<String, Failures> byModel = new ConcurrentHashMap<>();

    /// @param clock nanoseconds, as [System#nanoTime()]
    /// @param log takes a line, and what to print below it; null for nothing
    public FailureLog(LongSupplier clock, BiConsumer<String, @Nullable Throwable> log) {
        this.clock = clock;
        this.log = log;
    }

    @Override
    public void ended(Inference inference) {
        if (inference.failure() != null
                && inference.cause() instanceof ServingException cause
                && isOfServer(cause.kind())) {
            failed(inference, cause);
        }
    }

    private void failed(Inference inference, ServingException cause) {
        Failures failures = byModel.computeIfAbsent(
                inference.model().name(), _ -> new Failures(new LogLimit(), new AtomicBoolean()));
        OptionalLong passed = failures.limit.pass(clock.getAsLong());
        if (passed.isEmpty()) {
            return;
        }
        long suppressed = passed.getAsLong();
        log.accept(
                "a request to " + inference.model() + ", signature \"" + inference.signature() + "\", failed: "
                        + cause.getMessage()
                        + (suppressed == 0 ? "" : " (and " + suppressed + " more since the last such line)"),
                failures.traced.getAndSet(true) ? null : cause);
    }

    private static boolean isOfServer(ErrorKind kind) {
        return switch (kind) {
            case ENGINE_FAILED, MODEL_BROKEN, STORAGE_FAILED -> true;
            case INVALID_REQUEST,
                    TOO_LARGE,
                    STALLED,
                    MODEL_NOT_FOUND,
                    VERSION_NOT_FOUND,
                    LABEL_NOT_FOUND,
                    SIGNATURE_NOT_FOUND,
                    NOT_READY,
                    UNSUPPORTED,
                    OVERLOADED,
                    QUEUE_TIMEOUT,
                    DEADLINE_EXCEEDED,
                    CANCELLED,
                    INTERNAL -> false;
        };
    }
}
