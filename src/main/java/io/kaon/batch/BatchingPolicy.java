package io.kaon.batch;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// How a model's requests are run.
///
/// @param queueBound requests that may wait for a lane, and in one event loop's tick; more are refused at once
/// @param inlineBudget runs that are expected to take no longer happen in place, on the caller's thread
/// @param merging how requests become batches
/// @param rule what the operator said of this model alone about merging, which holds against what its versions say of
///     themselves; null for nothing
public record BatchingPolicy(int queueBound, Duration inlineBudget, Merging merging, Merging.@Nullable Rule rule) {
    public BatchingPolicy {
        if (queueBound < 1) {
            throw new IllegalArgumentException("queue bound " + queueBound + " is below 1");
        }
        if (inlineBudget.isNegative()) {
            throw new IllegalArgumentException("inline budget " + inlineBudget + " is negative");
        }
    }

    /// Nothing is said of one model alone.
    public BatchingPolicy(int queueBound, Duration inlineBudget, Merging merging) {
        this(queueBound, inlineBudget, merging, null);
    }

    public static BatchingPolicy defaults() {
        return new BatchingPolicy(1000, Duration.ofNanos(200_000), Merging.DEFAULT);
    }

    /// The same, but no run happens on the caller's thread.
    public BatchingPolicy onLanesOnly() {
        return new BatchingPolicy(queueBound, Duration.ZERO, merging, rule);
    }

    /// The same, with requests merged in another way.
    public BatchingPolicy withMerging(Merging other) {
        return new BatchingPolicy(queueBound, inlineBudget, other, rule);
    }

    /// The same, with what the operator says of this model alone.
    public BatchingPolicy withRule(Merging.Rule rule) {
        return new BatchingPolicy(queueBound, inlineBudget, merging.by(rule), rule);
    }

    /// What a version, or a file of parameters, says in its place: it may not break the rule.
    public BatchingPolicy replacedBy(int bound, Merging other) {
        return new BatchingPolicy(bound, inlineBudget, rule == null ? other : other.by(rule), rule);
    }
}
