package echo;

import io.grpc.HandlerRegistry;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerMethodDefinition;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCalls;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// `/echo/SIZE`: reads the message, parses none of it, and answers a message of SIZE bytes; `/run/MODEL/ROWS/SIZE` runs
/// the model in between, on other numbers. The server is built as
/// Kaon's `GrpcPort` builds its own, without what counts and watches calls there.
final class GrpcEcho extends HandlerRegistry {
    private final Runs runs;
    private final Map<String, ServerMethodDefinition<byte[], byte[]>> methods = new ConcurrentHashMap<>();

    private GrpcEcho(Runs runs) {
        this.runs = runs;
    }

    static void start(EventLoopGroup loops, int port, Runs runs) throws IOException {
        NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", port))
                .channelType(NioServerSocketChannel.class)
                .bossEventLoopGroup(loops)
                .workerEventLoopGroup(loops)
                .withChildOption(
                        ChannelOption.RCVBUF_ALLOCATOR, new AdaptiveRecvByteBufAllocator(64, 2 << 10, 16 << 10))
                .directExecutor()
                .maxInboundMessageSize(Integer.MAX_VALUE)
                .fallbackHandlerRegistry(new GrpcEcho(runs))
                .build()
                .start();
    }

    @Override
    public ServerMethodDefinition<byte[], byte[]> lookupMethod(String name, String authority) {
        return methods.computeIfAbsent(name, this::method);
    }

    private ServerMethodDefinition<byte[], byte[]> method(String name) {
        Target target = Target.of(name);
        byte[] answer = new byte[target.size()];
        MethodDescriptor<byte[], byte[]> descriptor = MethodDescriptor.<byte[], byte[]>newBuilder()
                .setType(MethodType.UNARY)
                .setFullMethodName(name)
                .setRequestMarshaller(new Bytes())
                .setResponseMarshaller(new Bytes())
                .build();
        return ServerMethodDefinition.create(descriptor, ServerCalls.asyncUnaryCall((request, observer) -> {
            target.run(runs);
            observer.onNext(answer);
            observer.onCompleted();
        }));
    }

    private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }
    }
}
