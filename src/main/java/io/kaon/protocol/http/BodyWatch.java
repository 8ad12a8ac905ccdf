package io.kaon.protocol.http;

import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Gives up request bodies that make no progress while they arrive.
///
/// Nearly all are there before a timer of their own would fire. So each event loop looks at all that are arriving
/// on it, a few times while one may make no progress, and only while there are any. A body is given up soon after
/// its time, never before.
///
/// Safe for use by all event loops; each sees its own bodies.
public final class BodyWatch {
    private static final int LOOKS = 4;

    private final Duration stall;
    private final ThreadLocal<Arriving> loops = ThreadLocal.withInitial(Arriving::new);

    /// @param stall how long a body may make no progress
    public BodyWatch(Duration stall) {
        this.stall = stall;
    }

    /// How long a body may make no progress.
    Duration stall() {
        return stall;
    }

    /// Looks after a body until it is removed. On its event loop.
    void add(Vertx vertx, BodyCollector body) {
        loops.get().add(vertx, body);
    }

    /// On the body's event loop; a body that is not watched is no mistake.
    void remove(BodyCollector body) {
        loops.get().bodies.remove(body);
    }

    private final class Arriving {
        private final Set<BodyCollector> bodies = new HashSet<>();
        private boolean looks;

        void add(Vertx vertx, BodyCollector body) {
            bodies.add(body);
            if (!looks) {
                looks = true;
                lookLater(vertx);
            }
        }

        private void lookLater(Vertx vertx) {
            vertx.setTimer(Math.max(1, stall.toMillis() / LOOKS), _ -> {
                // The first look may come at once after a body began, so one more is needed.
                List.copyOf(bodies).forEach(body -> body.look(LOOKS + 1));
                looks = !bodies.isEmpty();
                if (looks) {
                    lookLater(vertx);
                }
            });
        }
    }
}
