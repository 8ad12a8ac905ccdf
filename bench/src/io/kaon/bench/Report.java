package io.kaon.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// The table, as text.
final class Report {
    private static final List<String> MEASURED = List.of(
            "via", "workload", "load", "server", "per s", "CPU µs", "p50 µs", "p99 µs", "p99.9 µs", "MiB", "bad");

    private final Sheet sheet;
    private final Machine machine;

    Report(Sheet sheet, Machine machine) {
        this.sheet = sheet;
        this.machine = machine;
    }

    /// One line for one measurement, while it goes on.
    static String progress(int round, int rounds, Cell cell, Sample sample) {
        return String.format(
                Locale.ROOT,
                "round %d/%d  %s: %.0f/s, CPU %.1f µs, p99 %.0f µs%s",
                round,
                rounds,
                cell.shown(),
                sample.perSecond(),
                sample.cpuMicros(),
                sample.load().p99(),
                sample.load().failed() == 0 ? "" : ", " + sample.load().failed() + " FAILED");
    }

    String text() {
        StringBuilder text = new StringBuilder("\n" + machine.describe() + "\n");
        if (!sheet.samples().isEmpty()) {
            text.append("\nMedians of all rounds; CPU is the server's, per request.\n\n")
                    .append(measured());
        }
        if (!sheet.timings().isEmpty()) {
            text.append("\nTimed by JMH: codecs per call, the batcher per request.\n\n")
                    .append(timings());
        }
        text.append("\nWhat must be shown: the median of all rounds' ratios (from the least to the most).\n\n")
                .append(bars());
        sheet.remarks().forEach(remark -> text.append("\nnote: ").append(remark));
        if (sheet.failed() > 0) {
            text.append("\nERRORS: ").append(sheet.failed()).append(" requests were not answered as they should be");
            text.append("; rows with bad ones mean nothing.");
        }
        return text.append('\n').toString();
    }

    private String measured() {
        List<List<String>> rows = new ArrayList<>();
        rows.add(MEASURED);
        for (Map.Entry<Cell, List<Sample>> entry : sheet.samples().entrySet()) {
            Cell cell = entry.getKey();
            long bad = entry.getValue().stream()
                    .mapToLong(sample -> sample.load().failed())
                    .sum();
            rows.add(List.of(
                    cell.transport().toString(),
                    cell.workload(),
                    cell.load(),
                    cell.server(),
                    whole(sheet.perSecond(cell)),
                    String.format(Locale.ROOT, "%.1f", sheet.cpu(cell).median()),
                    whole(sheet.p50(cell)),
                    whole(sheet.spread(cell, sample -> sample.load().p99())),
                    whole(sheet.spread(cell, sample -> sample.load().p999())),
                    whole(sheet.spread(cell, sample -> sample.residentBytes() >> 20)),
                    bad == 0 ? "" : bad + " FAILED"));
        }
        return table(rows);
    }

    private String timings() {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("part", "what", "ns", "heap bytes"));
        for (Timing timing : sheet.timings()) {
            rows.add(List.of(
                    timing.part(),
                    timing.name(),
                    whole(timing.nanos()),
                    String.format(Locale.ROOT, "%.0f", timing.bytes())));
        }
        return table(rows);
    }

    private String bars() {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("", "claim", "measured", "bound", ""));
        for (Bar bar : sheet.bars()) {
            rows.add(List.of(
                    "" + bar.about(),
                    bar.claim(),
                    bar.measured().isEmpty() ? "not measured" : bar.measured().shown(),
                    bar.bound(),
                    bar.verdict()));
        }
        return table(rows);
    }

    private static String whole(Spread spread) {
        return String.format(Locale.ROOT, "%.0f", spread.median());
    }

    /// Columns as wide as their widest field; those of numbers to the right.
    private static String table(List<List<String>> rows) {
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < row.size(); column++) {
                int at = column;
                int width = Collections.max(
                        rows.stream().map(other -> other.get(at).length()).toList());
                boolean number =
                        rows.stream().skip(1).allMatch(other -> other.get(at).matches("[\\d.]+|NaN"));
                line.append(String.format(
                        number ? "%" + Math.max(1, width) + "s  " : "%-" + Math.max(1, width) + "s  ",
                        row.get(column)));
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }
}
