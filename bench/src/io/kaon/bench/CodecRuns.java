package io.kaon.bench;

import java.util.Map;
import org.openjdk.jmh.runner.RunnerException;

/// Runs [CodecBenchmark] and judges it.
final class CodecRuns {
    private final Workbench bench;

    CodecRuns(Workbench bench) {
        this.bench = bench;
    }

    void run() throws RunnerException {
        Map<String, Spread> nanos = JmhRun.time(bench, Scenario.CODEC, CodecBenchmark.class, ".*Floats.*");
        bench.sheet()
                .add(Bar.atLeast(
                        2,
                        "decoding 784 floats: Jackson's time, with its fast parser / ours",
                        ratio(nanos, "decodeFloatsJacksonFast", "decodeFloatsKaon"),
                        3.5));
        bench.sheet()
                .add(Bar.atLeast(
                        2,
                        "encoding 784 floats: Jackson's time / ours",
                        ratio(nanos, "encodeFloatsJackson", "encodeFloatsKaon"),
                        3));
    }

    private static Spread ratio(Map<String, Spread> nanos, String theirs, String ours) {
        return nanos.getOrDefault(theirs, Spread.of()).over(nanos.getOrDefault(ours, Spread.of()));
    }
}
