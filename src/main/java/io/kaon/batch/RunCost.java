package io.kaon.batch;

import java.util.concurrent.atomic.AtomicLongArray;

/// Predicts how long a run takes from how long earlier ones took.
///
/// One estimate per power of two of the input's element count, because a model that takes 30 µs for a row takes
/// milliseconds for a thousand. An estimate follows slow runs quickly and fast ones slowly, so it sits near the upper
/// end of what is usual; a single outlier (a collection pause, a busy neighbour) is clipped, so that it takes several
/// in a row to move a model off the event loop. A size that was never seen is scaled up from the next smaller one:
/// never too cheap for models whose cost is at most linear in the rows.
///
/// Safe for use by several threads; a lost update is as good as a run that was not measured.
final class RunCost {
    private static final int SIZES = 64;
    private static final long UNSEEN = 0;
    private static final double RISE = 0.2;
    private static final double FALL = 0.02;
    private static final int CLIP = 10;

    private final AtomicLongArray nanos = new AtomicLongArray(SIZES);

    void record(long elements, long took) {
        int size = size(elements);
        long sample = Math.max(1, took);
        long estimate = nanos.getOpaque(size);
        if (estimate == UNSEEN) {
            nanos.setOpaque(size, sample);
            return;
        }
        long clipped = Math.min(sample, estimate * CLIP);
        double weight = clipped > estimate ? RISE : FALL;
        nanos.setOpaque(size, Math.max(1, Math.round(estimate + (clipped - estimate) * weight)));
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
