package io.kaon.app;

import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import io.kaon.serving.InFlightBytes;
import org.jspecify.annotations.Nullable;

/// Counts the bytes of gRPC messages while they arrive, and ends the call that would take more than there is.
///
/// gRPC collects a whole message before anybody sees it; only a tracer hears of the parts. So there are two halves: the
/// tracer counts, and the interceptor, which sees the call itself, gives the tracer the means to end it. Both run on
/// the event loop of the connection.
///
/// A refused call gives back what it held at once, not when its stream has closed: chunks of many calls arrive in one
/// read, and if none of the refused made room for the rest, all of them would be refused.
final class GrpcInFlight extends ServerStreamTracer.Factory {
    private static final Context.Key<Counter> COUNTER = Context.key("in-flight-bytes");

    private final InFlightBytes inFlight;

    GrpcInFlight(InFlightBytes inFlight) {
        this.inFlight = inFlight;
    }

    @Override
    public ServerStreamTracer newServerStreamTracer(String fullMethodName, Metadata headers) {
        return new Counter();
    }

    /// Has the form of [io.grpc.ServerInterceptor]. The class does not implement it, because the framework would take
    /// it for one of its own interceptors.
    <Q, A> ServerCall.Listener<Q> interceptCall(ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        Counter counter = COUNTER.get();
        if (counter != null) {
            counter.call = call;
        }
        return next.startCall(call, headers);
    }

    private final class Counter extends ServerStreamTracer {
        private @Nullable ServerCall<?, ?> call;
        private long wire;
        private long uncompressed;
        private long reserved;
        private boolean closed;

        @Override
        public Context filterContext(Context context) {
            return context.withValue(COUNTER, this);
        }

        @Override
        public void inboundWireSize(long bytes) {
            wire += bytes;
            count();
        }

        /// A compressed message is counted by what it becomes, while it becomes it.
        @Override
        public void inboundUncompressedSize(long bytes) {
            uncompressed += bytes;
            count();
        }

        private void count() {
            long more = Math.max(wire, uncompressed) - reserved;
            if (closed || more <= 0) {
                return;
            }
            if (inFlight.tryReserve(more)) {
                reserved += more;
            } else if (call != null) {
                String full = inFlight.full().getMessage();
                release();
                call.close(Status.UNAVAILABLE.withDescription(full), new Metadata());
            }
        }

        @Override
        public void streamClosed(Status status) {
            release();
        }

        private void release() {
            closed = true;
            inFlight.release(reserved);
            reserved = 0;
        }
    }
}
