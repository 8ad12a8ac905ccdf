package io.kaon.bench;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;

/// Unary calls with messages that are bytes already. Unlike h2load it looks at each call's own status.
final class GrpcCalls implements AutoCloseable {
    private final ManagedChannel channel;
    private final MethodDescriptor<ByteString, ByteString> method;

    /// @param url of the method
    GrpcCalls(String url) {
        URI uri = URI.create(url);
        channel = NettyChannelBuilder.forAddress(uri.getHost(), uri.getPort())
                .usePlaintext()
                .directExecutor()
                .maxInboundMessageSize(Integer.MAX_VALUE)
                .build();
        method = MethodDescriptor.<ByteString, ByteString>newBuilder()
                .setType(MethodDescriptor.MethodType.UNARY)
                .setFullMethodName(uri.getPath().substring(1))
                .setRequestMarshaller(new Bytes())
                .setResponseMarshaller(new Bytes())
                .build();
    }

    ByteString call(ByteString message) {
        return ClientCalls.blockingUnaryCall(channel, method, CallOptions.DEFAULT, message);
    }

    void start(ByteString message, StreamObserver<ByteString> observer) {
        ClientCalls.asyncUnaryCall(channel.newCall(method, CallOptions.DEFAULT), message, observer);
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }

    private static final class Bytes implements MethodDescriptor.Marshaller<ByteString> {
        @Override
        public InputStream stream(ByteString value) {
            return value.newInput();
        }

        @Override
        public ByteString parse(InputStream stream) {
            try {
                return UnsafeByteOperations.unsafeWrap(stream.readAllBytes());
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }
    }
}
