package io.kaon.batch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Whether and how requests are merged into batches.
///
/// @param maxRows rows of a batch at most; 1 merges nothing
/// @param tuned whether fewer rows are merged where measurements show that more do not pay
/// @param maxDelay how long a request waits for others to fill its batch; with zero it does not wait, and
///     only those are merged that are there together anyway
/// @param allowedRows sizes that batches are padded to, ascending, the last equal to `maxRows`; empty for any
/// @param lanes batches of one model version that run on lanes at the same time, at most
/// @param requestRows rows of a single request at most; larger ones are refused
/// @param splits whether a request with more than `maxRows` rows is run in parts; otherwise it runs as it is
/// @param widens whether requests whose inputs differ in dimensions after the first are merged too, which
///     [InputPadding] makes equally large
/// @param isTrusted whether requests are merged on the operator's word; otherwise each signature must show first
///     that its rows do not touch each other
public record Merging(
        int maxRows,
        boolean tuned,
        Duration maxDelay,
        List<Integer> allowedRows,
        int lanes,
        long requestRows,
        boolean splits,
        boolean widens,
        boolean isTrusted) {
    /// Every request runs alone.
    public static final Merging OFF =
            new Merging(1, false, Duration.ZERO, List.of(), Integer.MAX_VALUE, Long.MAX_VALUE, false, false, false);

    /// What is right for most models: whether requests are merged is proven, and how many is measured.
    public static final Merging DEFAULT =
            new Merging(256, true, Duration.ZERO, List.of(), Integer.MAX_VALUE, Long.MAX_VALUE, false, false, false);

    /// @throws IllegalArgumentException that says what was expected
    public Merging {
        allowedRows = List.copyOf(allowedRows);
        require(maxRows >= 1, "a batch of at most " + maxRows + " rows: expected at least 1");
        require(!maxDelay.isNegative(), "a delay of " + maxDelay + ": expected none or some");
        require(lanes >= 1, lanes + " batches at the same time: expected at least 1");
        require(requestRows >= 1, "requests of at most " + requestRows + " rows: expected at least 1");
        for (int i = 0; i < allowedRows.size(); i++) {
            require(
                    allowedRows.get(i) > (i == 0 ? 0 : allowedRows.get(i - 1)),
                    "allowed batch sizes " + allowedRows + ": expected positive numbers, ascending");
        }
        require(
                allowedRows.isEmpty() || allowedRows.getLast() == maxRows,
                "allowed batch sizes " + allowedRows + ": expected the last to be the largest batch, " + maxRows);
    }

    /// On whose word requests are merged, as the operator says it in one.
    public enum Rule {
        /// Where a signature has shown that its rows do not touch each other.
        AUTO,
        /// Wherever the first dimensions may have any size.
        ON,
        /// Nowhere.
        OFF
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new IllegalArgumentException(otherwise);
        }
    }

    /// The same, but with no more than so many batches at the same time.
    public Merging withLanes(int most) {
        return new Merging(
                maxRows, tuned, maxDelay, allowedRows, Math.min(lanes, most), requestRows, splits, widens, isTrusted);
    }

    /// The same, but with no more than so many rows, also of a single request.
    public Merging withMostRows(int most) {
        if (most == Integer.MAX_VALUE) {
            return this;
        }
        int rows = Math.min(maxRows, most);
        List<Integer> sizes =
                new ArrayList<>(allowedRows.stream().filter(size -> size < rows).toList());
        if (!allowedRows.isEmpty()) {
            sizes.add(rows);
        }
        return new Merging(rows, tuned, maxDelay, sizes, lanes, Math.min(requestRows, most), splits, widens, isTrusted);
    }

    /// The same, as far as the rule allows.
    public Merging by(Rule rule) {
        return switch (rule) {
            case AUTO -> proven();
            case ON -> trusted();
            case OFF -> off();
        };
    }

    /// The same, on the operator's word.
    Merging trusted() {
        return new Merging(maxRows, tuned, maxDelay, allowedRows, lanes, requestRows, splits, widens, true);
    }

    /// The same lanes and the same bound on a request, but every request runs alone.
    Merging off() {
        return new Merging(1, false, Duration.ZERO, List.of(), lanes, requestRows, false, false, false);
    }

    /// The same, where each signature has shown first that its rows do not touch each other.
    Merging proven() {
        return new Merging(maxRows, tuned, maxDelay, allowedRows, lanes, requestRows, splits, widens, false);
    }

    boolean isOn() {
        return maxRows > 1;
    }

    /// Rows that must be added to a batch of so many.
    int padding(int rows) {
        for (int allowed : allowedRows) {
            if (allowed >= rows) {
                return allowed - rows;
            }
        }
        return 0;
    }
}
