package io.kaon.bench;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/// Runs [CodecBenchmark] and judges it.
final class CodecRuns {
    private final Workbench bench;
    private final Map<String, Spread> nanos = new HashMap<>();

    /// How long one call takes.
    ///
    /// @param name the method of [CodecBenchmark]
    /// @param nanos per call, of each iteration
    /// @param bytes of heap that one call takes
    record Timing(String name, Spread nanos, double bytes) {}

    CodecRuns(Workbench bench) {
        this.bench = bench;
    }

    void run() throws RunnerException {
        bench.say("timing the codecs; see target/bench/logs/jmh.log");
        boolean smoke = bench.options().smoke();
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include(CodecBenchmark.class.getSimpleName() + (smoke ? ".*Floats.*" : ""))
                .addProfiler(GCProfiler.class)
                .forks(smoke ? 1 : 2)
                .warmupIterations(smoke ? 1 : 3)
                .measurementIterations(smoke ? 1 : 5)
                .warmupTime(time(smoke))
                .measurementTime(time(smoke))
                .jvmArgsAppend(Children.java().get(1), Children.java().get(2))
                .output(bench.folder("logs").resolve("jmh.log").toString());
        for (RunResult result : new Runner(options.build()).run()) {
            Timing timing = timing(result);
            nanos.put(timing.name(), timing.nanos());
            bench.sheet().add(timing);
        }
        judge();
    }

    private static TimeValue time(boolean smoke) {
        return smoke ? TimeValue.milliseconds(200) : TimeValue.seconds(1);
    }

    private static Timing timing(RunResult result) {
        BenchmarkParams params = result.getParams();
        String name = params.getBenchmark().substring(params.getBenchmark().lastIndexOf('.') + 1);
        List<Double> values = new ArrayList<>();
        result.getBenchmarkResults()
                .forEach(fork -> fork.getIterationResults()
                        .forEach(iteration ->
                                values.add(iteration.getPrimaryResult().getScore())));
        Result<?> allocated = result.getSecondaryResults().get("gc.alloc.rate.norm");
        return new Timing(name, new Spread(values), allocated == null ? Double.NaN : allocated.getScore());
    }

    private void judge() {
        bench.sheet()
                .add(Bar.atLeast(
                        2,
                        "decoding 784 floats: Jackson's time, with its fast parser / ours",
                        of("decodeFloatsJacksonFast").over(of("decodeFloatsKaon")),
                        3.5));
        bench.sheet()
                .add(Bar.atLeast(
                        2,
                        "encoding 784 floats: Jackson's time / ours",
                        of("encodeFloatsJackson").over(of("encodeFloatsKaon")),
                        3));
    }

    private Spread of(String name) {
        return nanos.getOrDefault(name, Spread.of());
    }
}
