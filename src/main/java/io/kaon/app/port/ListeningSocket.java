package io.kaon.app.port;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.nio.AbstractNioChannel.NioUnsafe;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/// How a port stops listening without breaking a promise.
///
/// The system takes connections on its own and keeps them until they are accepted. Those that are not accepted when
/// the socket is closed it resets, and their clients see a server that was there and did not answer. So everything that
/// waits is accepted first, and what counts is how soon after the last look the socket is gone.
///
/// Closing it is not enough: while a selector knows a socket, Java keeps its file open until that selector selects
/// again, which on a busy event loop is after everything else that it has to do. Therefore the socket is taken from
/// its selector first, which needs a selection, and accepted from and closed when it is free.
final class ListeningSocket {
    private ListeningSocket() {}

    /// Accepts what waits to be accepted and then closes, both on the socket's own thread. Returns when it is closed.
    static void close(Channel listener) {
        if (listener.unsafe() instanceof NioUnsafe unsafe && unsafe.ch() instanceof ServerSocketChannel socket) {
            ChannelFuture _ = listener.deregister().addListener(_ -> acceptAllAndClose(listener, socket));
        } else {
            throw new IllegalStateException("not a listening socket of Java's: " + listener);
        }
        listener.closeFuture().awaitUninterruptibly();
    }

    private static void acceptAllAndClose(Channel listener, ServerSocketChannel socket) {
        if (socket.isRegistered()) {
            Future<?> _ =
                    listener.eventLoop().schedule(() -> acceptAllAndClose(listener, socket), 1, TimeUnit.MILLISECONDS);
            return;
        }
        try {
            for (SocketChannel connection = socket.accept(); connection != null; connection = socket.accept()) {
                listener.pipeline().fireChannelRead(new NioSocketChannel(listener, connection));
            }
            socket.close();
        } catch (IOException failed) {
            listener.pipeline().fireExceptionCaught(failed);
        } finally {
            ChannelFuture _ = listener.close();
        }
    }
}
