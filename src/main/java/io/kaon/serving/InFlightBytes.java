package io.kaon.serving;

import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import java.util.concurrent.atomic.AtomicLong;

/// How much memory all requests together may hold: bodies while they arrive, and tensors until they are answered.
/// A request that wants more than there is left is refused at once, so a thousand large bodies cost no more than
/// the few that fit. A part of it is for small requests alone: clients that fill the rest, with bodies that never
/// end or answers that they do not read, refuse nothing to clients that want little.
///
/// Safe for use by all threads.
public final class InFlightBytes {
    /// One part in so many is for small requests, up to [#MOST_SPARED].
    private static final int SPARED_SHARE = 8;

    private static final long MOST_SPARED = 32L << 20;

    /// So many requests that just count as small fit into what is spared for them, up to [#LARGEST_SMALL] each.
    private static final int SMALL_SHARE = 16;

    private static final long LARGEST_SMALL = 256 << 10;

    /// From so many parts in four on memory is short.
    private static final int SHORT_QUARTERS = 3;

    private final long limit;
    private final long spared;
    private final AtomicLong used = new AtomicLong();

    /// @param limit bytes, at least one
    public InFlightBytes(long limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("a limit of " + limit + " bytes admits nothing");
        }
        this.limit = limit;
        this.spared = Math.min(MOST_SPARED, limit / SPARED_SHARE);
    }

    public long limit() {
        return limit;
    }

    public long used() {
        return used.get();
    }

    /// What one request may hold: all but what is spared for small ones.
    public long largest() {
        return limit - spared;
    }

    /// Whether most is held.
    public boolean isShort() {
        return used.get() > limit / 4 * SHORT_QUARTERS;
    }

    /// Sets bytes aside for a small request, if there is room.
    public boolean tryReserve(long bytes) {
        return tryReserveUpTo(limit, bytes);
    }

    /// Sets more bytes aside for a request that holds some already, if there is room for one that is so large.
    public boolean tryReserve(long more, long held) {
        boolean small = more <= Math.min(LARGEST_SMALL, spared / SMALL_SHARE) - held;
        return tryReserveUpTo(small ? limit : limit - spared, more);
    }

    private boolean tryReserveUpTo(long most, long bytes) {
        while (true) {
            long now = used.get();
            if (bytes > most - now) {
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
        if (bytes > largest()) {
            throw new ServingException(
                    ErrorKind.TOO_LARGE,
                    "this takes " + bytes + " bytes of memory: expected at most " + largest()
                            + ", as all requests together may hold " + limit);
        }
        if (!tryReserve(bytes, 0)) {
            throw full();
        }
    }

    /// Counts bytes that are there already and cannot be refused any more.
    public void add(long bytes) {
        used.addAndGet(bytes);
    }

    /// What to tell a client whose request finds no room.
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
