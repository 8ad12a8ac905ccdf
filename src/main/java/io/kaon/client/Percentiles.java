package io.kaon.client;

import java.util.Arrays;

/// Times of many calls, in nanoseconds.
public final class Percentiles {
    private static final double NANOS_PER_MILLI = 1e6;

    private final long[] sorted;

    /// @param nanos in any order
    public Percentiles(long... nanos) {
        sorted = nanos.clone();
        Arrays.sort(sorted);
    }

    public int count() {
        return sorted.length;
    }

    /// The time that this share of the calls did not exceed, in milliseconds: one of the times that were measured.
    ///
    /// @param share above 0, at most 1
    /// @throws IllegalStateException when there are none
    public double millis(double share) {
        if (sorted.length == 0) {
            throw new IllegalStateException("no times");
        }
        int rank = (int) Math.ceil(share * sorted.length);
        return sorted[Math.clamp(rank, 1, sorted.length) - 1] / NANOS_PER_MILLI;
    }
}
