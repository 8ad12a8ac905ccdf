package io.kaon.storage;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongSupplier;

/// Follows a copy from its beginning by looks at its [Transfer]: how far it is, and how fast it goes. The
/// rate counts what is copied, not what was there already, over the last seconds.
///
/// Safe for use by several threads, whose looks help each other.
public final class Progress {
    /// What came in this time makes the rate.
    private static final long WINDOW_NANOS = Duration.ofSeconds(10).toNanos();

    /// Looks that follow each other sooner add nothing to what the rate is made of.
    private static final long STEP_NANOS = Duration.ofMillis(200).toNanos();

    private final Transfer transfer;
    private final long total;
    private final LongSupplier clock;
    private final long began;
    private final Deque<Look> looks = new ArrayDeque<>();
    private final long before;
    private final long copiedBefore;
    private long bytes;
    private long moved;

    private record Look(long at, long copied) {}

    /// @param transfer may have been used for an earlier copy, which is not counted
    /// @param total bytes of all files together
    /// @param clock nanoseconds
    public Progress(Transfer transfer, long total, LongSupplier clock) {
        this.transfer = transfer;
        this.total = total;
        this.clock = clock;
        this.began = clock.getAsLong();
        this.moved = began;
        this.before = transfer.bytes();
        this.copiedBefore = transfer.copied();
        looks.add(new Look(began, 0));
    }

    /// How it stands now.
    public synchronized ProgressReading read() {
        long now = clock.getAsLong();
        long copied = transfer.copied() - copiedBefore;
        long there = transfer.bytes() - before;
        if (there != bytes) {
            bytes = there;
            moved = now;
        }
        // One that is older stays: the rate is over at least the window, once there has been so much.
        while (looks.size() > 1 && now - second().at >= WINDOW_NANOS) {
            looks.removeFirst();
        }
        Look oldest = looks.getFirst();
        double seconds = (now - oldest.at) / (double) Duration.ofSeconds(1).toNanos();
        double rate = seconds == 0 ? 0 : (copied - oldest.copied) / seconds;
        if (now - looks.getLast().at >= STEP_NANOS) {
            looks.addLast(new Look(now, copied));
        }
        return new ProgressReading(
                bytes, copied, total, rate, Duration.ofNanos(now - began), Duration.ofNanos(now - moved));
    }

    private Look second() {
        return looks.stream().skip(1).findFirst().orElseThrow();
    }
}
