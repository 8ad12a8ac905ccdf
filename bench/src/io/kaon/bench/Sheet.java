package io.kaon.bench;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/// Everything that has been measured so far, in the order in which it first was.
final class Sheet {
    private final Map<Cell, List<Sample>> samples = new LinkedHashMap<>();
    private final List<Bar> bars = new ArrayList<>();
    private final List<Timing> timings = new ArrayList<>();
    private final List<String> remarks = new ArrayList<>();
    private long failedBeside;

    void add(Cell cell, Sample sample) {
        samples.computeIfAbsent(cell, _ -> new ArrayList<>()).add(sample);
    }

    void add(Bar bar) {
        bars.add(bar);
    }

    void add(Timing timing) {
        timings.add(timing);
    }

    /// Requests that were not answered as they should be, of a load that makes no row of its own.
    void addFailed(long count) {
        failedBeside += count;
    }

    /// What a reader has to know: that something was skipped, or measured in one way and not another.
    void remark(String text) {
        remarks.add(text);
    }

    Map<Cell, List<Sample>> samples() {
        return samples;
    }

    List<Timing> timings() {
        return timings;
    }

    /// In the order of what they are about.
    List<Bar> bars() {
        return bars.stream().sorted(Comparator.comparingInt(Bar::about)).toList();
    }

    List<String> remarks() {
        return remarks;
    }

    /// A value of each round; empty if the cell was not measured.
    Spread spread(Cell cell, ToDoubleFunction<Sample> value) {
        return new Spread(samples.getOrDefault(cell, List.of()).stream()
                .map(sample -> value.applyAsDouble(sample))
                .toList());
    }

    Spread cpu(Cell cell) {
        return spread(cell, Sample::cpuMicros);
    }

    Spread perSecond(Cell cell) {
        return spread(cell, Sample::perSecond);
    }

    Spread p50(Cell cell) {
        return spread(cell, sample -> sample.load().p50());
    }

    /// Requests that were not answered as they should be.
    long failed() {
        return failedBeside
                + samples.values().stream()
                        .flatMap(List::stream)
                        .mapToLong(sample -> sample.load().failed())
                        .sum();
    }
}
