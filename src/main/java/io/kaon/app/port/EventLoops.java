package io.kaon.app.port;

import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import io.vertx.core.Vertx;
import java.util.concurrent.Executor;

/// Tells a thread which event loop it is. gRPC hands its calls to the right thread but does not say whose it is.
public final class EventLoops {
    private static final ThreadLocal<Executor> MINE = new ThreadLocal<>();

    /// @param loops a group whose threads do not change
    public EventLoops(EventLoopGroup loops) {
        for (EventExecutor loop : loops) {
            loop.execute(() -> MINE.set(loop));
        }
    }

    /// Those of the framework, which every port shares.
    ///
    /// Deprecated because it becomes internal in the framework's next major version; there is no other way to share
    /// them.
    @SuppressWarnings("deprecation")
    public static EventLoopGroup of(Vertx vertx) {
        return vertx.nettyEventLoopGroup();
    }

    /// The event loop of the current thread.
    public Executor current() {
        Executor loop = MINE.get();
        if (loop == null) {
            throw new IllegalStateException(Thread.currentThread().getName() + " is no event loop");
        }
        return loop;
    }
}
