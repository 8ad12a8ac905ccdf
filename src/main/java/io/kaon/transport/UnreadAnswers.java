package io.kaon.transport;

import io.kaon.serving.InFlightBytes;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.EventLoopGroup;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/// Looks after answers that have been written and that their clients have not read, on the connections of one port.
///
/// A written answer stays in memory until the system has taken its bytes, which it does as the client reads. Stopping
/// waits for that ([#areLeft]), and an answer that makes no progress is ended: the stream is reset where a connection
/// carries several (HTTP/2), else the connection. While memory is short, an answer is waited for less long.
///
/// What is sent at once costs nothing here: nothing is called per answer, but all connections are looked at, again and
/// again, and nearly all have nothing left to send. Safe for use by all threads.
public final class UnreadAnswers {
    /// So many looks while an answer may make no progress.
    private static final int LOOKS = 8;

    private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(1);

    /// While memory is short, an answer is waited for one part in so many.
    private static final int SHORT_SHARE = 8;

    private final Map<Channel, Unread> connections = new ConcurrentHashMap<>();
    private final InFlightBytes inFlight;
    private final long stall;
    private final LongSupplier clock;

    /// @param inFlight tells when memory is short
    /// @param stall how long an answer may make no progress
    /// @param clock nanoseconds, as [System#nanoTime()]
    public UnreadAnswers(InFlightBytes inFlight, Duration stall, LongSupplier clock) {
        this.inFlight = inFlight;
        this.stall = stall.toNanos();
        this.clock = clock;
    }

    /// Begins to look.
    public void start(EventLoopGroup loops) {
        long pause = Math.clamp(stall / LOOKS, 1, MOST_NANOS);
        Future<?> _ = loops.scheduleWithFixedDelay(this::look, pause, pause, TimeUnit.NANOSECONDS);
    }

    /// Looks after a connection until it is closed.
    ///
    /// @param multiplexed whether it carries several answers at once: HTTP/2
    public void watch(Channel connection, boolean multiplexed) {
        connections.put(connection, multiplexed ? new UnreadStreams(connection) : new Unread(connection));
        connection.closeFuture().addListener(_ -> connections.remove(connection));
    }

    /// Ends the answers that have made no progress for too long.
    void look() {
        long now = clock.getAsLong();
        long patience = inFlight.isShort() ? stall / SHORT_SHARE : stall;
        connections.forEach((connection, unread) -> {
            if (unread.mayBeLeft()) {
                connection.eventLoop().execute(() -> unread.look(now, patience));
            }
        });
    }

    /// Whether any connection has still bytes to send.
    public boolean areLeft() {
        return connections.values().stream().anyMatch(Unread::mayBeLeft);
    }

    /// Connections that have still bytes to send.
    public long left() {
        return connections.values().stream().filter(Unread::mayBeLeft).count();
    }

    /// Bytes that the system has not taken yet. Any thread.
    static long pending(Channel connection) {
        ChannelOutboundBuffer buffer = connection.unsafe().outboundBuffer();
        return buffer == null ? 0 : buffer.totalPendingWriteBytes();
    }
}
