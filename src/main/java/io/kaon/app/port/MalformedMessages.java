package io.kaon.app.port;

import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.InputStream;

/// Tells clients whose messages cannot be parsed, or not here, that it is their fault. gRPC itself would log
/// the failure as the application's, and answer UNKNOWN.
///
/// gRPC parses before any interceptor sees the message. So here parsing never fails: it gives a [Message], which may be
/// a refusal, and the method is served through a listener that opens it. (gRPC's own way to let interceptors parse,
/// `ServerInterceptors.useInputStreamMessages`, copies each message and each answer through buffers of 8 KiB.)
final class MalformedMessages {
    private MalformedMessages() {}

    /// What has come in.
    private sealed interface Message<Q> {}

    private record Parsed<Q>(Q request) implements Message<Q> {}

    private record Refused<Q>(Status status) implements Message<Q> {}

    /// The same service, without messages that cannot be parsed.
    static ServerServiceDefinition refusedBy(ServerServiceDefinition service) {
        var methods =
                service.getMethods().stream().map(MalformedMessages::guarded).toList();
        ServiceDescriptor.Builder described = ServiceDescriptor.newBuilder(
                        service.getServiceDescriptor().getName())
                .setSchemaDescriptor(service.getServiceDescriptor().getSchemaDescriptor());
        methods.forEach(method -> described.addMethod(method.getMethodDescriptor()));
        ServerServiceDefinition.Builder guarded = ServerServiceDefinition.builder(described.build());
        methods.forEach(guarded::addMethod);
        return guarded.build();
    }

    private static <Q, A> ServerMethodDefinition<Message<Q>, A> guarded(ServerMethodDefinition<Q, A> method) {
        MethodDescriptor<Q, A> plain = method.getMethodDescriptor();
        MethodDescriptor<Message<Q>, A> descriptor = plain.toBuilder(new Guard<>(plain), plain.getResponseMarshaller())
                .build();
        ServerCallHandler<Q, A> handler = method.getServerCallHandler();
        return ServerMethodDefinition.create(
                descriptor, (call, headers) -> new Opening<>(call, handler.startCall(asPlain(call), headers)));
    }

    /// A call knows its requests' type only by its method's descriptor, whose marshallers no handler looks at.
    @SuppressWarnings("unchecked")
    private static <Q, A> ServerCall<Q, A> asPlain(ServerCall<Message<Q>, A> call) {
        return (ServerCall<Q, A>) (ServerCall<?, A>) call;
    }

    private record Guard<Q>(MethodDescriptor<Q, ?> method) implements Marshaller<Message<Q>> {
        @Override
        public Message<Q> parse(InputStream stream) {
            try {
                return new Parsed<>(method.parseRequest(stream));
            } catch (StatusRuntimeException unparsable) {
                Throwable reason = unparsable.getCause() == null ? unparsable : unparsable.getCause();
                return new Refused<>(Status.INVALID_ARGUMENT.withDescription("expected a " + method.getBareMethodName()
                        + " message in protobuf's binary form: " + reason.getMessage()));
            } catch (OutOfMemoryError _) {
                // Strings of one byte take many times that as objects.
                return new Refused<>(Status.RESOURCE_EXHAUSTED.withDescription(
                        "the server's memory did not suffice for this message: send less at once, or give the"
                                + " server more"));
            }
        }

        @Override
        public InputStream stream(Message<Q> message) {
            throw new UnsupportedOperationException("a server sends no requests");
        }
    }

    /// Passes on what was parsed, and ends the call where that failed. On the thread of the call.
    private static final class Opening<Q> extends ServerCall.Listener<Message<Q>> {
        private final ServerCall<?, ?> call;
        private final ServerCall.Listener<Q> opened;
        private boolean refused;

        Opening(ServerCall<?, ?> call, ServerCall.Listener<Q> opened) {
            this.call = call;
            this.opened = opened;
        }

        @Override
        public void onMessage(Message<Q> message) {
            switch (message) {
                case Parsed<Q> parsed -> opened.onMessage(parsed.request);
                case Refused<Q> malformed -> {
                    refused = true;
                    call.close(malformed.status, new Metadata());
                }
            }
        }

        @Override
        public void onHalfClose() {
            if (!refused) {
                opened.onHalfClose();
            }
        }

        @Override
        public void onCancel() {
            opened.onCancel();
        }

        @Override
        public void onComplete() {
            opened.onComplete();
        }

        @Override
        public void onReady() {
            opened.onReady();
        }
    }
}
