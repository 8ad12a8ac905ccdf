package io.kaon.app.port;

import io.grpc.Status;
import io.kaon.ops.LogLimit;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;

/// Says in the log which gRPC calls the transport ended, because their messages were too large or not to be read: one
/// line at most in each minute, with the number of those in between. Clients choose how many there are.
public final class GrpcEndings {
    private static final Logger LOG = Logger.getLogger(GrpcEndings.class);

    private final LongSupplier clock;
    private final LogLimit limit = new LogLimit();

    /// @param clock nanoseconds, as [System#nanoTime()]
    public GrpcEndings(LongSupplier clock) {
        this.clock = clock;
    }

    /// A call has ended so that no service has seen its message.
    void ended(String method, Status status) {
        OptionalLong passed = limit.pass(clock.getAsLong());
        if (passed.isEmpty()) {
            return;
        }
        long others = passed.getAsLong();
        LOG.warnf(
                "%s was ended before it was handled: %s %s%s",
                method,
                status.getCode(),
                status.getDescription(),
                others == 0 ? "" : "; " + others + " more since the last line");
    }
}
