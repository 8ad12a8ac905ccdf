package io.kaon.app.port;

import io.grpc.DecompressorRegistry;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyServerBuilder;
import io.kaon.app.config.ConfigProblems;
import io.kaon.app.config.GrpcConfig;
import io.kaon.transport.LingeringClose;
import io.kaon.transport.UnreadAnswers;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.quarkus.tls.CertificateUpdatedEvent;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The gRPC server, on the event loops that REST uses.
///
/// We start it ourselves, with gRPC's own builder, instead of leaving it to the framework, for three reasons. A
/// port that is taken must end the start; the framework logs it and goes on without gRPC. Stopping must first tell
/// clients to go elsewhere (GOAWAY) and still answer what they have sent; the framework stops at once. And calls run
/// directly on the event loop of their connection, without the framework's hop. (The services are no
/// `BindableService`s: where the framework finds one, it starts its own server.)
public final class GrpcPort {

    /// As large as HTTP/2's frames. Parts of messages keep the buffers that they came in, so large buffers would
    /// let small parts hold much memory: see [GrpcInFlight]. After four reads another connection has its turn,
    /// because 64 KiB can be a thousand calls.
    private static final RecvByteBufAllocator READS =
            new AdaptiveRecvByteBufAllocator(64, 2 << 10, 16 << 10).maxMessagesPerRead(4);

    /// Metadata up to this size are taken off the wire. What is larger ends the connection, because what follows
    /// cannot be understood without it. Of what is read, [GrpcMetadata] refuses what is too large for one call.
    private static final int READABLE_METADATA = 1 << 20;

    private static final Duration ENDING_STREAMS = Duration.ofMillis(100);

    private final int port;
    /// Null when gRPC is turned off.
    private final @Nullable Server server;
    private final @Nullable GrpcTls tls;
    private final EventLoopGroup loops;
    private final GrpcInFlight inFlight;
    private final GrpcStreams streams;
    private final UnreadAnswers unread;
    private final GrpcHealth health = new GrpcHealth();
    /// Null until the server has started.
    private volatile @Nullable Channel listener;

    private volatile boolean leaving;

    /// @param tls null for plain text
    /// @param maxMessageBytes largest message that is accepted
    /// @param inFlight counts the bytes of every message before it is whole
    /// @param unread looks after answers that are written and not read
    public GrpcPort(
            GrpcConfig config,
            @Nullable GrpcTls tls,
            EventLoopGroup loops,
            List<ServerServiceDefinition> services,
            int maxMessageBytes,
            GrpcInFlight inFlight,
            GrpcFailures failures,
            GrpcStreams streams,
            UnreadAnswers unread) {
        this.unread = unread;
        this.loops = loops;
        this.streams = streams;
        this.inFlight = inFlight;
        this.tls = tls;
        port = config.port();
        if (port == 0) {
            server = null;
            return;
        }
        NettyServerBuilder builder = NettyServerBuilder.forAddress(new InetSocketAddress(config.host(), config.port()))
                .channelFactory(this::listen)
                .bossEventLoopGroup(loops)
                .workerEventLoopGroup(loops)
                .withChildOption(ChannelOption.RCVBUF_ALLOCATOR, READS)
                .directExecutor()
                .maxInboundMessageSize(maxMessageBytes)
                .maxInboundMetadataSize(READABLE_METADATA)
                .permitKeepAliveTime(10, TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(true)
                .decompressorRegistry(DecompressorRegistry.getDefaultInstance().with(new DeflateDecompressor(), true))
                .addStreamTracerFactory(inFlight)
                .addStreamTracerFactory(failures)
                .intercept(streams::interceptCall)
                .intercept(inFlight::interceptCall);
        if (tls != null) {
            builder.sslContext(tls);
        }
        services.forEach(service -> builder.addService(MalformedMessages.refusedBy(service)));
        builder.addService(health.service());
        GrpcReflection.services().forEach(builder::addService);
        server = builder.build();
    }

    private NioServerSocketChannel listen() {
        NioServerSocketChannel opened = new NioServerSocketChannel();
        opened.pipeline().addFirst(new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext context, Object message) {
                if (message instanceof Channel connection) {
                    unread.watch(connection, true);
                    connection.pipeline().addFirst(new LingeringClose(() -> leaving));
                }
                context.fireChannelRead(message);
            }
        });
        listener = opened;
        return opened;
    }

    /// Whether connections are encrypted.
    public boolean isEncrypted() {
        return tls != null;
    }

    /// Takes over certificates that have changed, if they are this port's.
    public void replaceCertificates(CertificateUpdatedEvent changed, Vertx vertx) {
        if (tls != null) {
            tls.replace(changed.name(), changed.tlsConfiguration(), vertx);
        }
    }

    /// From now on clients that ask are told that this server serves.
    public void ready() {
        health.ready();
    }

    /// From now on clients that ask are told to go elsewhere; calls are still answered.
    public void startLeaving() {
        leaving = true;
        health.stopping();
    }

    /// @throws IOException when the port cannot be bound; the message says which and how to choose another
    public void start() throws IOException {
        if (server != null) {
            try {
                server.start();
            } catch (IOException occupied) {
                throw new IOException(ConfigProblems.cannotOpen("gRPC", Integer.toString(port), "--port", occupied));
            }
            long stall = Math.max(1, inFlight.stall().toNanos() / GrpcInFlight.LOOKS);
            Future<?> _ = loops.scheduleWithFixedDelay(inFlight::endStalled, stall, stall, TimeUnit.NANOSECONDS);
            unread.start(loops);
        }
    }

    /// Takes no new connections and calls, and asks clients to leave; returns when the last call has been answered.
    public void drain() throws InterruptedException {
        if (server != null) {
            Channel open = listener;
            if (open != null && open.isRegistered()) {
                ListeningSocket.close(open);
            }
            server.shutdown();
            do {
                // Again and again: a client that has not heard of the end yet may open another.
                streams.end();
            } while (!server.awaitTermination(ENDING_STREAMS.toMillis(), TimeUnit.MILLISECONDS));
        }
    }
}
