package io.kaon.app.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A listening socket whose event loop is held up when it is told to close.
@Timeout(60)
final class ListeningSocketTest {
    private static final int WAITING = 100;
    private static final int GREETING = 7;

    private final EventLoopGroup loops = new NioEventLoopGroup(1);
    private final Channel listener = new ServerBootstrap()
            .group(loops)
            .channel(NioServerSocketChannel.class)
            .childHandler(new Greeter())
            .bind(InetAddress.getLoopbackAddress(), 0)
            .syncUninterruptibly()
            .channel();
    private final InetSocketAddress address = (InetSocketAddress) listener.localAddress();

    @AfterEach
    void end() {
        loops.shutdownGracefully().awaitUninterruptibly();
    }

    @Test
    void servesAllThatTheSystemHasTaken() throws Exception {
        CountDownLatch held = new CountDownLatch(1);
        hold(held);
        List<Socket> clients = new ArrayList<>();
        for (int i = 0; i < WAITING; i++) {
            clients.add(connect());
        }
        Thread closing = Thread.startVirtualThread(() -> ListeningSocket.close(listener));
        held.countDown();
        closing.join();

        for (Socket client : clients) {
            assertThat(client.getInputStream().read()).isEqualTo(GREETING);
            client.close();
        }
    }

    @Test
    void isGoneBeforeItsThreadDoesAnythingElse() throws Exception {
        CountDownLatch held = new CountDownLatch(1);
        // On the loop's thread, so that it cannot select again before it has let the file go.
        listener.closeFuture().addListener(_ -> held.await());
        Thread closing = Thread.startVirtualThread(() -> ListeningSocket.close(listener));
        closing.join();

        try {
            assertThatThrownBy(this::connect).isInstanceOf(ConnectException.class);
        } finally {
            held.countDown();
        }
    }

    private void hold(CountDownLatch until) throws InterruptedException {
        CountDownLatch holding = new CountDownLatch(1);
        loops.execute(() -> {
            holding.countDown();
            try {
                until.await();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        });
        holding.await();
    }

    private Socket connect() throws Exception {
        return new Socket(address.getAddress(), address.getPort());
    }

    @Sharable
    private static final class Greeter extends ChannelInboundHandlerAdapter {
        @Override
        public void channelActive(ChannelHandlerContext context) {
            var _ = context.writeAndFlush(context.alloc().buffer(1).writeByte(GREETING));
        }
    }
}
