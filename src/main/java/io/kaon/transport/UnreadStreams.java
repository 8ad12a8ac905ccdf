package io.kaon.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameListenerDecorator;
import io.netty.handler.codec.http2.Http2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The same for a connection of HTTP/2, where each stream waits for its client by itself.
///
/// A stream makes progress when its window changes: it shrinks as bytes are sent, and grows when the client has read
/// some. Both may happen between two looks and leave it as it was, so the client's messages are counted as well, from
/// the first look on that finds something left.
final class UnreadStreams extends Unread {
    private final Map<Integer, Waiting> waiting = new HashMap<>();
    private volatile @Nullable Http2ConnectionHandler handler;

    /// A stream with bytes that its window does not let through.
    private static final class Waiting {
        private int window;
        private boolean read;
        private long since;
    }

    UnreadStreams(Channel connection) {
        super(connection);
    }

    @Override
    boolean mayBeLeft() {
        // Not yet, or not any more, where there is no handler: then the next look finds it.
        Http2ConnectionHandler known = handler;
        return super.mayBeLeft() || known == null || known.connection().numActiveStreams() > 0;
    }

    @Override
    void look(long now, long patience) {
        super.look(now, patience);
        Http2ConnectionHandler http2 = handler;
        if (http2 == null) {
            http2 = connection.pipeline().get(Http2ConnectionHandler.class);
            handler = http2;
            if (http2 != null) {
                // It would cut off after 30 s what is still being sent when the server stops; stopping has its own
                // limit.
                http2.gracefulShutdownTimeoutMillis(-1);
            }
        }
        ChannelHandlerContext context =
                http2 == null ? null : connection.pipeline().context(http2);
        if (http2 == null || context == null) {
            return;
        }
        List<Http2Stream> stalled = stalled(http2, now, patience);
        for (Http2Stream stream : stalled) {
            waiting.remove(stream.id());
            http2.onError(
                    context,
                    false,
                    Http2Exception.streamError(stream.id(), Http2Error.CANCEL, "the client does not read the answer"));
        }
        if (!stalled.isEmpty()) {
            context.flush();
        }
    }

    private List<Http2Stream> stalled(Http2ConnectionHandler http2, long now, long patience) {
        Http2RemoteFlowController flow = http2.encoder().flowController();
        List<Http2Stream> held = new ArrayList<>();
        try {
            http2.connection().forEachActiveStream(stream -> {
                if (flow.hasFlowControlled(stream)) {
                    held.add(stream);
                }
                return true;
            });
        } catch (Http2Exception impossible) {
            throw new IllegalStateException(impossible);
        }
        if (!held.isEmpty() && waiting.isEmpty()) {
            hear(http2);
        }
        waiting.keySet().retainAll(held.stream().map(Http2Stream::id).toList());
        List<Http2Stream> stalled = new ArrayList<>();
        for (Http2Stream stream : held) {
            int window = flow.windowSize(stream);
            Waiting known = waiting.get(stream.id());
            if (known == null || known.read || known.window != window) {
                Waiting next = known == null ? new Waiting() : known;
                next.window = window;
                next.read = false;
                next.since = now;
                waiting.put(stream.id(), next);
            } else if (now - known.since >= patience) {
                stalled.add(stream);
            }
        }
        return stalled;
    }

    private void hear(Http2ConnectionHandler http2) {
        if (http2.decoder().frameListener() instanceof Reads) {
            return;
        }
        http2.decoder().frameListener(new Reads(http2));
    }

    /// Hears that the client has read something.
    private final class Reads extends Http2FrameListenerDecorator {
        Reads(Http2ConnectionHandler http2) {
            super(http2.decoder().frameListener());
        }

        @Override
        public void onWindowUpdateRead(ChannelHandlerContext context, int stream, int increment) throws Http2Exception {
            Waiting known = waiting.get(stream);
            if (known != null) {
                known.read = true;
            }
            super.onWindowUpdateRead(context, stream, increment);
        }
    }
}
