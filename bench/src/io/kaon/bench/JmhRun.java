package io.kaon.bench;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
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

/// Lets JMH time the methods of one class, and puts the times and the heap that they take on the sheet.
final class JmhRun {
    private JmhRun() {}

    /// @param smokeTest a pattern of the methods that are enough to see that everything runs
    /// @return nanoseconds, by method
    static Map<String, Spread> time(Workbench bench, Scenario scenario, Class<?> benchmark, String smokeTest)
            throws RunnerException {
        String part = scenario.name().toLowerCase(Locale.ROOT);
        String log = "jmh-" + part + ".log";
        bench.say("timing: " + part + "; see target/bench/logs/" + log);
        boolean smoke = bench.options().smoke();
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include(benchmark.getSimpleName() + "\\." + (smoke ? smokeTest : ".*"))
                .addProfiler(GCProfiler.class)
                .forks(smoke ? 1 : 2)
                .warmupIterations(smoke ? 1 : 3)
                .measurementIterations(smoke ? 1 : 5)
                .warmupTime(time(smoke))
                .measurementTime(time(smoke))
                .shouldFailOnError(true)
                .jvmArgsAppend(Children.java().get(1), Children.java().get(2))
                .output(bench.folder("logs").resolve(log).toString());
        Map<String, Spread> nanos = new HashMap<>();
        for (RunResult result : new Runner(options.build()).run()) {
            Timing timing = timing(part, result);
            nanos.put(timing.name(), timing.nanos());
            bench.sheet().add(timing);
        }
        return nanos;
    }

    private static TimeValue time(boolean smoke) {
        return smoke ? TimeValue.milliseconds(200) : TimeValue.seconds(1);
    }

    private static Timing timing(String part, RunResult result) {
        BenchmarkParams params = result.getParams();
        String name = params.getBenchmark().substring(params.getBenchmark().lastIndexOf('.') + 1);
        List<Double> values = new ArrayList<>();
        result.getBenchmarkResults()
                .forEach(fork -> fork.getIterationResults()
                        .forEach(iteration ->
                                values.add(iteration.getPrimaryResult().getScore())));
        Result<?> allocated = result.getSecondaryResults().get("gc.alloc.rate.norm");
        return new Timing(part, name, new Spread(values), allocated == null ? Double.NaN : allocated.getScore());
    }
}
