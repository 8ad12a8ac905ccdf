package io.kaon.serving;

import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import java.util.concurrent.atomic.AtomicLong;

/// How much memory all requests together may hold: bodies while they arrive, and tensors until they are answered.
/// Whoever wants more than there is left is refused at once, so a thousand large bodies cost no more than the few that
/// fit. Safe for use by all threads.
public final class InFlightBytes {
    private final long limit;
    private final AtomicLong used = new AtomicLong();

    /// @param limit bytes, at least one
    public InFlightBytes(long limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("a limit of " + limit + " bytes admits nothing");
        }
        this.limit = limit;
    }

    public long limit() {
        return limit;
    }

    public long used() {
        return used.get();
    }

    /// Sets bytes aside, if there is room.
    public boolean tryReserve(long bytes) {
        while (true) {
            long now = used.get();
            if (bytes > limit - now) {
                return false;
            }
            if (used.compareAndSet(now, now + bytes)) {
                return true;
            }
        }
    }

    /// Sets bytes aside, or says why not.
    ///
    /// @throws ServingException TOO_LARGE when there will never be room, OVERLOADED when there is none now
    public void reserve(long bytes) {
        if (bytes > limit) {
            throw new ServingException(
                    ErrorKind.TOO_LARGE,
                    "this takes " + bytes + " bytes of memory, all requests together may hold " + limit);
        }
        if (!tryReserve(bytes)) {
            throw full();
        }
    }

    /// Counts bytes that are there already and cannot be refused any more.
    public void add(long bytes) {
        used.addAndGet(bytes);
    }

    /// What to tell whoever finds no room.
    public ServingException full() {
        return new ServingException(
                ErrorKind.OVERLOADED,
                "requests in flight hold " + used() + " of at most " + limit + " bytes; try again later");
    }

    /// Gives back what was set aside.
    public void release(long bytes) {
        if (used.addAndGet(-bytes) < 0) {
            throw new IllegalStateException("more bytes released than were reserved");
        }
    }
}
