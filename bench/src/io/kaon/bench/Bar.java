package io.kaon.bench;

import java.util.Locale;

/// Something that the benchmark must show.
///
/// @param about what it belongs to: `1` to `7`, as `bench/README.md` lists them
/// @param claim what is compared with what
/// @param measured in each round; empty if it was not measured
/// @param most whether the limit is the most, and not the least, that it may be
record Bar(int about, String claim, Spread measured, boolean most, double limit) {
    static Bar atMost(int about, String claim, Spread measured, double limit) {
        return new Bar(about, claim, measured, true, limit);
    }

    static Bar atLeast(int about, String claim, Spread measured, double limit) {
        return new Bar(about, claim, measured, false, limit);
    }

    /// `pass`, `miss`, or a dash for what was not measured.
    String verdict() {
        if (measured.isEmpty()) {
            return "-";
        }
        double median = measured.median();
        return (most ? median <= limit : median >= limit) ? "pass" : "miss";
    }

    /// The limit as it is written.
    String bound() {
        return String.format(Locale.ROOT, "%s %.2f", most ? "≤" : "≥", limit);
    }
}
