package io.kaon.lifecycle.reconcile;

import io.kaon.lifecycle.reconcile.VersionState.Aspired;
import io.kaon.lifecycle.reconcile.VersionState.Draining;
import io.kaon.lifecycle.reconcile.VersionState.Failed;
import io.kaon.lifecycle.reconcile.VersionState.Gone;
import io.kaon.lifecycle.reconcile.VersionState.Loading;
import io.kaon.lifecycle.reconcile.VersionState.Serving;
import io.kaon.lifecycle.reconcile.VersionState.WarmingUp;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;

/// Keeps a model available at the cost of memory: the old version goes when the new one serves, so for a
/// while both are loaded. Never more than that: a load waits until at most one version that is no longer
/// wanted is left in memory, and one that is being drained still counts.
///
/// Pure, and remembers nothing: it looks at the states and names the single next step.
final class TransitionPolicy {
    private TransitionPolicy() {}

    sealed interface Step {
        record Load(long version) implements Step {}

        record Unload(long version) implements Step {}

        /// Nothing can be done until something happens.
        record Wait() implements Step {}
    }

    /// @param states of all versions of one model
    /// @param aspired the versions that ought to serve
    /// @param now nanoseconds, for failed versions that wait for their next attempt
    static Step next(SortedMap<Long, VersionState> states, Set<Long> aspired, long now) {
        boolean wantedServes = false;
        int unwantedServing = 0;
        int draining = 0;
        long lowestUnwanted = -1;
        long highestLoadable = -1;
        for (Map.Entry<Long, VersionState> entry : states.entrySet()) {
            long version = entry.getKey();
            boolean wanted = aspired.contains(version);
            switch (entry.getValue()) {
                case Serving _ -> {
                    if (wanted) {
                        wantedServes = true;
                    } else if (unwantedServing++ == 0) {
                        lowestUnwanted = version;
                    }
                }
                case Draining _ -> draining++;
                case Aspired _ -> {
                    if (wanted) {
                        highestLoadable = version;
                    }
                }
                case Failed failed -> {
                    if (wanted && failed.isDue(now)) {
                        highestLoadable = version;
                    }
                }
                case Loading _, WarmingUp _, Gone _ -> {}
            }
        }
        if (unwantedServing > 1 || (unwantedServing == 1 && (wantedServes || aspired.isEmpty()))) {
            return new Step.Unload(lowestUnwanted);
        }
        if (highestLoadable >= 0 && unwantedServing + draining <= 1) {
            return new Step.Load(highestLoadable);
        }
        return new Step.Wait();
    }
}
