package io.kaon.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;

/// What one connection has still to send. On the connection's event loop, where nothing else is said.
class Unread {
    final Channel connection;
    /// What the look before found, and since when nothing has changed: which buffer is at the head, how much of it has
    /// been sent, and how much there is in all.
    private int head;

    private long progress;
    private long pending;
    private long since;

    Unread(Channel connection) {
        this.connection = connection;
    }

    /// Whether there is something left. Any thread.
    boolean mayBeLeft() {
        return UnreadAnswers.pending(connection) > 0;
    }

    /// Ends what has made no progress for longer than the patience.
    ///
    /// @param now nanoseconds
    void look(long now, long patience) {
        ChannelOutboundBuffer buffer = connection.unsafe().outboundBuffer();
        if (buffer == null || buffer.totalPendingWriteBytes() == 0) {
            pending = 0;
            return;
        }
        int first = System.identityHashCode(buffer.current());
        boolean same =
                head == first && progress == buffer.currentProgress() && pending == buffer.totalPendingWriteBytes();
        if (!same) {
            head = first;
            progress = buffer.currentProgress();
            pending = buffer.totalPendingWriteBytes();
            since = now;
        } else if (now - since >= patience) {
            reset();
        }
    }

    /// Not through the connection's handlers: they would wait until everything has been sent.
    private void reset() {
        connection.config().setOption(ChannelOption.SO_LINGER, 0);
        connection.unsafe().close(connection.newPromise());
    }
}
