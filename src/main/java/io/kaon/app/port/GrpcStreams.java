package io.kaon.app.port;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/// Knows the calls that never end by themselves, such as watching the health, so that stopping can end them. Waiting
/// for the client to do it would keep the process alive for as long as the client likes.
public final class GrpcStreams {
    private final Supplier<Executor> loop;
    private final Map<ServerCall<?, ?>, Executor> open = new ConcurrentHashMap<>();

    /// @param loop the event loop of the current thread
    public GrpcStreams(Supplier<Executor> loop) {
        this.loop = loop;
    }

    /// Has the form of [io.grpc.ServerInterceptor]. The class does not implement it, because the framework would take
    /// it for one of its own interceptors.
    <Q, A> ServerCall.Listener<Q> interceptCall(ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        if (call.getMethodDescriptor().getType() == MethodType.UNARY) {
            return next.startCall(call, headers);
        }
        Known<Q, A> known = new Known<>(call);
        open.put(known, loop.get());
        return new SimpleForwardingServerCallListener<>(next.startCall(known, headers)) {
            @Override
            public void onCancel() {
                open.remove(known);
                super.onCancel();
            }
        };
    }

    /// Ends every call that is open, each on its event loop.
    void end() {
        open.forEach((call, itsLoop) -> itsLoop.execute(
                () -> call.close(Status.UNAVAILABLE.withDescription("the server is stopping"), new Metadata())));
    }

    /// A call that may be closed twice: by its service, and by the end of the server.
    private final class Known<Q, A> extends SimpleForwardingServerCall<Q, A> {
        private boolean closed;

        Known(ServerCall<Q, A> call) {
            super(call);
        }

        @Override
        public void sendHeaders(Metadata headers) {
            if (!closed) {
                super.sendHeaders(headers);
            }
        }

        @Override
        public void sendMessage(A message) {
            if (!closed) {
                super.sendMessage(message);
            }
        }

        @Override
        public void close(Status status, Metadata trailers) {
            if (!closed) {
                closed = true;
                open.remove(this);
                super.close(status, trailers);
            }
        }
    }
}
