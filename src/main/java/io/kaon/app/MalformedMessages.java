package io.kaon.app;

import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;

/// Tells clients whose messages cannot be parsed, or not here, that it is their fault. gRPC itself would parse before
/// any interceptor sees the message, log the failure as the application's, and answer UNKNOWN.
final class MalformedMessages {
    private MalformedMessages() {}

    /// The same service, which parses behind the interceptor.
    static ServerServiceDefinition refusedBy(ServerServiceDefinition service) {
        return ServerInterceptors.intercept(
                ServerInterceptors.useInputStreamMessages(service), MalformedMessages::interceptCall);
    }

    /// Has the form of [io.grpc.ServerInterceptor]. The class does not implement it, because the framework would take
    /// it for one of its own interceptors.
    private static <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        return new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {
            private boolean refused;

            @Override
            public void onMessage(Q message) {
                try {
                    super.onMessage(message);
                } catch (StatusRuntimeException unparsable) {
                    Throwable reason = unparsable.getCause() == null ? unparsable : unparsable.getCause();
                    refuse(Status.INVALID_ARGUMENT.withDescription("expected a "
                            + call.getMethodDescriptor().getBareMethodName()
                            + " message in protobuf's binary form: " + reason.getMessage()));
                } catch (OutOfMemoryError _) {
                    // Strings of one byte take many times that as objects.
                    refuse(Status.RESOURCE_EXHAUSTED.withDescription(
                            "the server's memory did not suffice for this message: send less at once, or give the"
                                    + " server more"));
                }
            }

            private void refuse(Status status) {
                refused = true;
                call.close(status, new Metadata());
            }

            @Override
            public void onHalfClose() {
                if (!refused) {
                    super.onHalfClose();
                }
            }
        };
    }
}
