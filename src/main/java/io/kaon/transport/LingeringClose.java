package io.kaon.transport;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.SocketChannel;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/// Closes a connection so that its client still gets what was sent.
///
/// A system that closes a connection while bytes from the client wait to be read resets it, and the client then loses
/// what it has received and not read yet. Over HTTP/2 there nearly always are such bytes, since the client says all the
/// time how much it has read. So, when all is sent, only the sending half is closed, and the rest when the client has
/// closed its half, or after [#LONGEST]. Stands in front of a connection's other handlers.
public final class LingeringClose extends ChannelOutboundHandlerAdapter {
    private static final Duration LONGEST = Duration.ofSeconds(5);

    private final BooleanSupplier lingers;
    private boolean closing;

    /// @param lingers whether connections are closed so at that time
    public LingeringClose(BooleanSupplier lingers) {
        this.lingers = lingers;
    }

    @Override
    public void close(ChannelHandlerContext context, ChannelPromise promise) {
        if (closing || !lingers.getAsBoolean() || !(context.channel() instanceof SocketChannel socket)) {
            ChannelFuture _ = context.close(promise);
            return;
        }
        closing = true;
        // Behind whatever waits to be sent: this may be called in the middle of a write, because of its first part.
        ChannelFuture _ = context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(sent -> {
            if (sent.isSuccess()) {
                endSending(context, socket, promise);
            } else {
                ChannelFuture _ = context.close(promise);
            }
        });
    }

    /// The end of the connection is the client's then: it completes the promise if it comes first.
    private static void endSending(ChannelHandlerContext context, SocketChannel socket, ChannelPromise promise) {
        Runnable close = () -> {
            ChannelFuture _ = context.close(promise);
        };
        ChannelFuture _ = socket.shutdownOutput().addListener(_ -> {
            Future<?> rest = context.executor().schedule(close, LONGEST.toMillis(), TimeUnit.MILLISECONDS);
            ChannelFuture _ = socket.closeFuture().addListener(_ -> {
                rest.cancel(false);
                promise.trySuccess();
            });
        });
    }
}
