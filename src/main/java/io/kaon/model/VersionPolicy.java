package io.kaon.model;

import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/// Which of the versions that a store holds ought to be loaded: a pure function from listing to aspired set.
public sealed interface VersionPolicy {
    /// The versions of `present` that ought to be loaded.
    SortedSet<Long> aspired(SortedSet<Long> present);

    /// The `count` largest; 0 counts as 1, as in TensorFlow Serving.
    record LatestN(int count) implements VersionPolicy {
        public LatestN {
            if (count < 0) {
                throw new IllegalArgumentException("latest " + count);
            }
        }

        @Override
        public SortedSet<Long> aspired(SortedSet<Long> present) {
            SortedSet<Long> newest = new TreeSet<>();
            for (Long version : present.reversed()) {
                if (newest.size() == Math.max(1, count)) {
                    break;
                }
                newest.add(version);
            }
            return newest;
        }
    }

    /// Every version present.
    record All() implements VersionPolicy {
        @Override
        public SortedSet<Long> aspired(SortedSet<Long> present) {
            return new TreeSet<>(present);
        }
    }

    /// Those of `versions` that are present.
    record Only(Set<Long> versions) implements VersionPolicy {
        public Only {
            versions = Set.copyOf(versions);
        }

        @Override
        public SortedSet<Long> aspired(SortedSet<Long> present) {
            SortedSet<Long> chosen = new TreeSet<>(present);
            chosen.retainAll(versions);
            return chosen;
        }
    }
}
