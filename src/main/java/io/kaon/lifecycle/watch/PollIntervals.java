package io.kaon.lifecycle.watch;

import java.time.Duration;
import java.util.Map;

/// How long to wait from one look at a model to the next.
///
/// @param usual zero for one look at start and one whenever the declaration is replaced, negative for the latter only
/// @param byScheme what differs for the locations of one scheme: zero or more, with the same meaning
public record PollIntervals(Duration usual, Map<String, Duration> byScheme) {
    public PollIntervals {
        byScheme = Map.copyOf(byScheme);
        byScheme.forEach((scheme, interval) -> {
            if (interval.isNegative()) {
                throw new IllegalArgumentException("a poll interval of " + interval + " for " + scheme);
            }
        });
    }

    /// The same for every scheme.
    public static PollIntervals of(Duration usual) {
        return new PollIntervals(usual, Map.of());
    }

    Duration of(String scheme) {
        return usual.isNegative() ? usual : byScheme.getOrDefault(scheme, usual);
    }

    public boolean looksAtStart() {
        return !usual.isNegative();
    }
}
