package io.kaon.protocol.http;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One conversion on its way through a pool of threads.
///
/// A thread of the pool that waits for more work may still refer to its last task. So a task must hold nothing once
/// it is done: what it is made of is taken out as it begins, and its result as it is given away.
final class Conversion<T> {
    private @Nullable Supplier<T> work;
    private @Nullable T result;
    private @Nullable Throwable failure;

    Conversion(Supplier<T> work) {
        this.work = work;
    }

    /// On a thread of the pool, once.
    void call() {
        Supplier<T> once = work;
        work = null;
        if (once == null) {
            throw new IllegalStateException("a conversion is done once");
        }
        try {
            result = once.get();
        } catch (RuntimeException | Error thrown) {
            // Errors too: memory that did not suffice for one request must not leave its client without an answer.
            failure = thrown;
        }
    }

    /// Tells what came of it; on the thread where the future is to complete, after [#call].
    void give(CompletableFuture<T> to) {
        T made = result;
        Throwable thrown = failure;
        result = null;
        failure = null;
        if (made != null) {
            to.complete(made);
        } else {
            to.completeExceptionally(
                    thrown == null ? new IllegalStateException("the conversion made nothing") : thrown);
        }
    }
}
