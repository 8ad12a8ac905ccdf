package io.kaon.app;

import io.grpc.Status;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;

/// Says in the log which gRPC calls the transport ended, because their messages were too large or not to be read: one
/// line at most in each minute, with the number of those in between. Clients choose how many there are.
final class GrpcEndings {
    private static final Logger LOG = Logger.getLogger(GrpcEndings.class);
    private static final Duration PAUSE = Duration.ofMinutes(1);

    private final LongSupplier clock;
    private final AtomicLong next;
    private final AtomicLong unsaid = new AtomicLong();

    /// @param clock nanoseconds, as [System#nanoTime()]
    GrpcEndings(LongSupplier clock) {
        this.clock = clock;
        this.next = new AtomicLong(clock.getAsLong());
    }

    /// A call has ended so that no service has seen its message.
    void ended(String method, Status status) {
        long now = clock.getAsLong();
        long due = next.get();
        if (now - due < 0 || !next.compareAndSet(due, now + PAUSE.toNanos())) {
            unsaid.incrementAndGet();
            return;
        }
        long others = unsaid.getAndSet(0);
        LOG.warnf(
                "%s was ended before it was handled: %s %s%s",
                method,
                status.getCode(),
                status.getDescription(),
                others == 0 ? "" : "; " + others + " more since the last line");
    }
}
