package io.kaon.app;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.MaxMessagesRecvByteBufAllocator;
import io.netty.channel.nio.AbstractNioChannel.NioUnsafe;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/// How a port stops listening without breaking a promise.
final class ListeningSocket {
    /// More connections than can wait to be accepted, so that none is refused that the system has taken already.
    private static final int ALL = 1 << 16;

    private ListeningSocket() {}

    /// Accepts what waits to be accepted and then closes, both on the socket's own thread: what the system has
    /// taken and nobody has accepted would be reset. Returns when it is closed.
    static void close(Channel listener) {
        MaxMessagesRecvByteBufAllocator accepts = listener.config().getRecvByteBufAllocator();
        accepts.maxMessagesPerRead(ALL);
        Future<?> _ = listener.eventLoop()
                .schedule(
                        () -> {
                            // What came since the thread last looked, which was before whatever else it had to do.
                            if (listener.unsafe() instanceof NioUnsafe accepting) {
                                accepting.read();
                            }
                            ChannelFuture _ = listener.close();
                        },
                        1,
                        TimeUnit.MILLISECONDS);
        listener.closeFuture().awaitUninterruptibly();
    }
}
