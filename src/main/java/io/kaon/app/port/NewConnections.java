package io.kaon.app.port;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.RecvByteBufAllocator;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// The connections that have been accepted and have not asked anything yet.
///
/// For its client such a connection is as good as any: the request may be on its way, on a busy machine for longer
/// than one that is quiet would believe. Closing it drops that request, which is why stopping waits for it, within
/// bounds: a connection that a client opened to have it at hand must not keep the process from ending.
///
/// Stands in front of a listening socket's other handlers, where new connections pass. Any thread.
@Sharable
final class NewConnections extends ChannelInboundHandlerAdapter {
    private final Map<Channel, Long> accepted = new ConcurrentHashMap<>();
    private final long patience;
    private final RecvByteBufAllocator reads;

    /// @param patience how long after it was accepted a connection's first request is waited for
    /// @param reads how much is read from such a connection at once
    NewConnections(Duration patience, RecvByteBufAllocator reads) {
        this.patience = patience.toNanos();
        this.reads = reads;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof Channel connection) {
            accepted.put(connection, System.nanoTime());
            connection.config().setRecvByteBufAllocator(reads);
            connection.closeFuture().addListener(_ -> accepted.remove(connection));
        }
        context.fireChannelRead(message);
    }

    /// Its first request is here.
    void asked(Channel connection) {
        accepted.remove(connection);
    }

    /// Whether a first request may still be on its way.
    boolean areWaitedFor() {
        long now = System.nanoTime();
        return accepted.values().stream().anyMatch(at -> now - at < patience);
    }
}
