package io.kaon.batch;

import java.time.Duration;

/// How a model's requests are run.
///
/// @param queueBound requests that may wait for a lane; more are refused at once
/// @param inlineBudget runs that are expected to take no longer happen in place, on the caller's thread
public record BatchingPolicy(int queueBound, Duration inlineBudget) {
    public BatchingPolicy {
        if (queueBound < 1) {
            throw new IllegalArgumentException("queue bound " + queueBound + " is below 1");
        }
        if (inlineBudget.isNegative()) {
            throw new IllegalArgumentException("inline budget " + inlineBudget + " is negative");
        }
    }

    public static BatchingPolicy defaults() {
        return new BatchingPolicy(1000, Duration.ofNanos(200_000));
    }
}
