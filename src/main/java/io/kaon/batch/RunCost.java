package io.kaon.batch;

import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLongArray;

/// Predicts how long a run takes from how long earlier ones took.
///
/// One estimate per power of two of the input's element count, because a model that takes 30 µs for a row takes
/// milliseconds for a thousand. A size that was never seen is scaled up from the next smaller one: never too
/// cheap for models whose cost is at most linear in the rows.
///
/// An estimate is a moving quantile: it takes small steps, so that three of four runs lie below it. What
/// matters about a run is only on which side it lies. So a run that was interrupted for milliseconds, because
/// the processor was taken by other work, says no more than one that was a little slow, and a light model
/// stays where it is when a heavy one is busy beside it. The steps double while one run after the other lies
/// above: a model that has become slow is known as such after a few.
///
/// A size whose estimate keeps it from being run is never measured again, and the first run of a size is its dearest,
/// since the engine plans and allocates for it. So each [#allows] that says no makes the estimate a little smaller,
/// until the size is tried; what that run takes is believed as if it were the first. A size that is ten times too
/// dear is tried once in some two thousand times.
///
/// Safe for use by several threads; a lost update is as good as a run that was not measured.
final class RunCost {
    private static final int SIZES = 64;
    private static final long UNSEEN = 0;
    private static final double RISE = 0.06;
    private static final double FALL = 0.02;
    private static final int MOST_DOUBLINGS = 6;
    private static final double DOUBT = 0.001;
    private static final int DOUBTED = -1;

    private final AtomicLongArray nanos = new AtomicLongArray(SIZES);
    /// Runs above the estimate since the last one below; [#DOUBTED] when the estimate is not only of runs.
    private final AtomicIntegerArray above = new AtomicIntegerArray(SIZES);

    void record(long elements, long took) {
        int size = size(elements);
        long sample = Math.max(1, took);
        long estimate = nanos.getOpaque(size);
        // Read once: it may become DOUBTED at any time, which is no number of runs.
        int streak = above.getOpaque(size);
        if (estimate == UNSEEN || streak == DOUBTED) {
            above.setOpaque(size, 0);
            nanos.setOpaque(size, sample);
        } else if (sample > estimate) {
            above.setOpaque(size, Math.min(MOST_DOUBLINGS, streak + 1));
            double step = RISE * (1 << streak);
            nanos.setOpaque(size, Math.min(sample, 1 + Math.round(estimate * (1 + step))));
        } else {
            above.setOpaque(size, 0);
            nanos.setOpaque(size, Math.max(sample, Math.round(estimate * (1 - FALL))));
        }
        lower(size);
    }

    /// A smaller run takes no longer than a larger one. Without this a model whose first single run was slow would stay
    /// on the lanes for as long as only batches run there.
    private void lower(int size) {
        long most = nanos.getOpaque(size);
        for (int smaller = size - 1; smaller >= 0; smaller--) {
            if (nanos.getOpaque(smaller) > most) {
                nanos.setOpaque(smaller, most);
            }
        }
    }

    /// Whether a run is expected to take no longer than so many nanoseconds. Not for asking without wanting to run:
    /// what is refused again and again is allowed at last.
    boolean allows(long elements, long most) {
        if (predict(elements) <= most) {
            return true;
        }
        int size = size(elements);
        long estimate = nanos.getOpaque(size);
        if (estimate != UNSEEN) {
            above.setOpaque(size, DOUBTED);
            nanos.setOpaque(size, Math.max(1, (long) (estimate * (1 - DOUBT))));
        }
        return false;
    }

    /// Expected nanoseconds; [Long#MAX_VALUE] when nothing is known.
    long predict(long elements) {
        int size = size(elements);
        for (int known = size; known >= 0; known--) {
            long estimate = nanos.getOpaque(known);
            if (estimate != UNSEEN) {
                int doublings = size - known;
                return estimate > Long.MAX_VALUE >> doublings ? Long.MAX_VALUE : estimate << doublings;
            }
        }
        for (int larger = size + 1; larger < SIZES; larger++) {
            long estimate = nanos.getOpaque(larger);
            if (estimate != UNSEEN) {
                return estimate;
            }
        }
        return Long.MAX_VALUE;
    }

    private static int size(long elements) {
        return SIZES - Long.numberOfLeadingZeros(Math.max(1, elements)) - 1;
    }
}
