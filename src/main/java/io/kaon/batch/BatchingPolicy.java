package io.kaon.batch;

import java.time.Duration;

/// How a model's requests are run.
///
/// @param queueBound requests that may wait for a lane, and in one event loop's tick; more are refused at once
/// @param inlineBudget runs that are expected to take no longer happen in place, on the caller's thread
/// @param merging how requests become batches
public record BatchingPolicy(int queueBound, Duration inlineBudget, Merging merging) {
    public BatchingPolicy {
        if (queueBound < 1) {
            throw new IllegalArgumentException("queue bound " + queueBound + " is below 1");
        }
        if (inlineBudget.isNegative()) {
            throw new IllegalArgumentException("inline budget " + inlineBudget + " is negative");
        }
    }

    public static BatchingPolicy defaults() {
        return new BatchingPolicy(1000, Duration.ofNanos(200_000), Merging.DEFAULT);
    }

    /// The same, with requests merged in another way.
    public BatchingPolicy withMerging(Merging other) {
        return new BatchingPolicy(queueBound, inlineBudget, other);
    }
}
