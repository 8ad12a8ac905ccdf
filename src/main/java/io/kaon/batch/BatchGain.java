package io.kaon.batch;

import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLongArray;

/// Learns from runs how many rows are worth running together.
///
/// A matrix product gains much from more rows, a large convolution nothing. So the time that an element costs is
/// estimated for each power of two of rows, and rows are doubled as long as the last doubling made elements
/// cheaper by a twentieth. A size that was seen too rarely to judge counts as worth trying. The first sizes
/// above the best one are tried again now and then, because a busy neighbour may have spoilt the judgement.
///
/// The first runs of a size are the dearest, since the engine plans and allocates for it; so an estimate begins as
/// the least of a few. From then on it is a moving median, which takes small steps: runs that were interrupted, as
/// long ones are more often than short ones, do not drag it along.
///
/// Safe for use by several threads; a lost update is as good as a run that was not measured.
final class BatchGain {
    private static final int SIZES = 20;
    private static final int ENOUGH = 4;
    private static final double PAYS = 0.95;
    private static final double STEP = 0.02;
    private static final int PICOS = 1000;

    /// Runs after which a size that did not pay gets another chance.
    private static final int LOOK_AGAIN = 2000;

    private final AtomicLongArray picosPerElement = new AtomicLongArray(SIZES);
    private final AtomicIntegerArray samples = new AtomicIntegerArray(SIZES);
    private volatile int most = rowsOf(1);
    private int untilLook = LOOK_AGAIN;

    /// @param rows of the run, at least one
    /// @param elements of all its inputs
    /// @param nanos that it took
    void record(int rows, long elements, long nanos) {
        int size = size(rows);
        long sample = Math.max(1, nanos) * PICOS / Math.max(1, elements);
        int seen = samples.getOpaque(size);
        long estimate = picosPerElement.getOpaque(size);
        if (seen == 0) {
            estimate = sample;
        } else if (seen < ENOUGH) {
            estimate = Math.min(estimate, sample);
        } else {
            double step = sample > estimate ? 1 + STEP : 1 - STEP;
            estimate = Math.max(1, Math.round(estimate * step));
        }
        picosPerElement.setOpaque(size, estimate);
        samples.setOpaque(size, Math.min(ENOUGH, seen + 1));
        int best = best();
        if (--untilLook <= 0) {
            untilLook = LOOK_AGAIN;
            samples.setOpaque(Math.min(SIZES - 1, best + 1), 0);
        }
        most = rowsOf(best);
    }

    /// Rows beyond which nothing is gained, as far as is known.
    int mostRows() {
        return most;
    }

    private int best() {
        for (int size = 0; size < SIZES - 1; size++) {
            if (samples.getOpaque(size) == 0 || samples.getOpaque(size + 1) < ENOUGH) {
                return size + 1;
            }
            if (picosPerElement.getOpaque(size + 1) > PAYS * picosPerElement.getOpaque(size)) {
                return size;
            }
        }
        return SIZES - 1;
    }

    private static int size(int rows) {
        return Math.min(SIZES - 1, Integer.SIZE - 1 - Integer.numberOfLeadingZeros(Math.max(1, rows)));
    }

    /// The most rows of a size. Where two rows do not pay, that is one.
    private static int rowsOf(int size) {
        return (1 << (size + 1)) - 1;
    }
}
