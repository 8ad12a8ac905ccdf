package io.kaon.bench;

import io.kaon.engine.Device;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.openjdk.jmh.runner.RunnerException;

/// `./kaon bench`: runs the scenarios and writes `table.txt`, `result.json` and `cpu.svg` to `target/bench`.
///
/// The exit status is 0 when everything was measured and no request failed, whether or not the bars are passed; 1 when
/// anything went wrong; 2 for arguments that it does not understand.
public final class Bench {
    private static final Path FOLDER = Path.of("target", "bench");

    private Bench() {}

    public static void main(String[] arguments) throws IOException {
        if (List.of(arguments).contains("--help")) {
            System.out.print(BenchOptions.USAGE);
            return;
        }
        BenchOptions options;
        try {
            options = BenchOptions.parse(arguments);
        } catch (IllegalArgumentException refused) {
            System.err.println("kaon: " + refused.getMessage());
            System.exit(2);
            return;
        }
        String unusable = OnDevice.unusable(options.device());
        if (unusable != null) {
            System.err.println("kaon: --device " + options.device() + ": " + unusable);
            System.exit(2);
            return;
        }
        System.exit(run(options));
    }

    private static int run(BenchOptions options) throws IOException {
        Machine machine = Machine.here();
        Sheet sheet = new Sheet();
        int status = 0;
        forgetEarlierRuns();
        if (options.smoke()) {
            sheet.remark("only a smoke test: the figures mean nothing");
        }
        if (machine.load() > 0.5) {
            sheet.remark("the machine was busy before the benchmark began");
        }
        try {
            measure(options, sheet);
        } catch (RuntimeException | RunnerException | AssertionError broken) {
            broken.printStackTrace();
            sheet.remark("ended early: " + broken.getMessage());
            status = 1;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            status = 1;
        }
        String table = new Report(sheet, machine).text();
        Files.writeString(FOLDER.resolve("table.txt"), table);
        JsonReport.write(FOLDER.resolve("result.json"), sheet, machine);
        new SvgPlot(sheet, machine).write(FOLDER.resolve("cpu.svg"));
        System.out.print(table);
        System.out.println("written to " + FOLDER + ": table.txt, result.json, cpu.svg");
        return sheet.failed() > 0 ? 1 : status;
    }

    private static void measure(BenchOptions options, Sheet sheet)
            throws IOException, InterruptedException, RunnerException {
        if (options.device() instanceof Device.Cuda gpu) {
            try (Workbench bench = new Workbench(options, FOLDER, sheet)) {
                new OnDevice(bench, gpu).run();
            }
            return;
        }
        Set<Scenario> only = options.only();
        if (only.contains(Scenario.CODEC)) {
            try (Workbench bench = new Workbench(options, FOLDER, sheet)) {
                new CodecRuns(bench).run();
            }
        }
        if (only.contains(Scenario.BATCHER)) {
            try (Workbench bench = new Workbench(options, FOLDER, sheet)) {
                Map<String, Spread> _ = JmhRun.time(bench, Scenario.BATCHER, BatcherBenchmark.class, ".*");
            }
        }
        boolean rest = only.contains(Scenario.REST);
        boolean grpc = only.contains(Scenario.GRPC);
        if (rest || grpc) {
            try (Workbench bench = new Workbench(options, FOLDER, sheet)) {
                new ClosedLoops(bench).run(rest, grpc);
            }
            new MustShow(sheet).judge();
        }
        if (only.contains(Scenario.MIXED)) {
            try (Workbench bench = new Workbench(options, FOLDER, sheet)) {
                new LightBesideHeavy(bench).run();
            }
        }
        if (only.contains(Scenario.OVERLOAD)) {
            try (Workbench bench = new Workbench(options, FOLDER, sheet)) {
                new Overload(bench).run();
            }
        }
    }

    /// Models, requests and results; not the class path that this runs with.
    private static void forgetEarlierRuns() throws IOException {
        if (!Files.exists(FOLDER)) {
            return;
        }
        try (Stream<Path> files = Files.walk(FOLDER)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                if (!file.equals(FOLDER) && !file.equals(FOLDER.resolve("classpath"))) {
                    Files.delete(file);
                }
            }
        }
    }
}
