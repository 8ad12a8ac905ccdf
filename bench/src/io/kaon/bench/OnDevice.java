package io.kaon.bench;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtProvider;
import io.kaon.engine.Device;
import io.kaon.engine.cuda.CudaProblems;
import io.kaon.engine.cuda.Gpus;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Kaon on a GPU under as many requests as keep it busy, beside a bare loop around ONNX Runtime on the same GPU
/// with the number of rows that is best for it. Images, one a request.
final class OnDevice {
    private static final Pattern BARE = Pattern.compile("BARE (\\d+) (\\d+) \\d+");
    private static final int CONNECTIONS = 128;
    private static final int[] ROWS = {1, 8, 32, 64};
    private static final int CUDA = 12;

    private final Workbench bench;
    private final Device.Cuda gpu;
    private final Path models;

    OnDevice(Workbench bench, Device.Cuda gpu) {
        this.bench = bench;
        this.gpu = gpu;
        models = bench.folder("models");
    }

    /// Why nothing can be measured there, in a sentence; null if it can.
    static @Nullable String unusable(Device device) {
        if (!(device instanceof Device.Cuda(int index))) {
            return null;
        }
        if (!OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA)) {
            return "this build has no CUDA: run ./kaon build -Pgpu first";
        }
        List<String> problems = CudaProblems.ofDriver(Gpus.HERE.driver(), "the benchmark", CUDA, index);
        return problems.isEmpty() ? null : problems.getFirst();
    }

    void run() throws IOException {
        BenchModels.resnet().writeTo(BenchModels.version(models, BenchModels.RESNET));
        Workload images = Workload.resnet(bench.folder("requests"));
        Server kaon = bench.kaon(
                Merging.ON, List.of("-Xmx4g"), models, "-Dkaon.engine.device=" + gpu, "-Dkaon.batch.queue=4096");
        Answers answers = new Answers(models);
        int _ = answers.check(kaon, Transport.GRPC, images);
        Load _ = load(kaon, images, bench.options().warmUpSeconds());
        Cell cell = new Cell(
                Transport.GRPC, images.name() + " on " + gpu, Cell.connections(CONNECTIONS), Merging.ON.label());
        Cell bare = Cell.bare(cell.workload());
        for (int round = 1; round <= bench.options().rounds(); round++) {
            add(round, bare, bestLoop());
            add(
                    round,
                    cell,
                    Meter.measure(kaon, () -> load(kaon, images, bench.options().seconds())));
        }
        int _ = answers.check(kaon, Transport.GRPC, images);
        Sheet sheet = bench.sheet();
        sheet.add(Bar.atLeast(
                7,
                "gRPC, " + cell.workload() + ", " + CONNECTIONS + ": rows / bare loop",
                sheet.perSecond(cell).over(sheet.perSecond(bare)),
                0.95));
    }

    private void add(int round, Cell cell, Sample sample) {
        bench.sheet().add(cell, sample);
        bench.say(Report.progress(round, bench.options().rounds(), cell, sample));
    }

    private Load load(Server server, Workload images, int seconds) {
        return bench.h2load().closed(server.url(Transport.GRPC, images, 2), images.frame(), CONNECTIONS, seconds);
    }

    /// Of the loops with each number of rows, the one that computes most rows.
    private Sample bestLoop() {
        Sample best = null;
        for (int rows : ROWS) {
            Sample sample = loop(rows);
            best = best == null || sample.perSecond() > best.perSecond() ? sample : best;
        }
        return Objects.requireNonNull(best);
    }

    private Sample loop(int rows) {
        int seconds = Math.max(1, bench.options().seconds() / 2);
        List<String> command = new ArrayList<>(Children.java());
        command.addAll(List.of(
                BareDeviceRun.class.getName(),
                BenchModels.version(models, BenchModels.RESNET).toString(),
                "" + gpu.index(),
                "" + rows,
                "" + seconds));
        String output = bench.children().run("bare", Path.of("."), Duration.ofSeconds(2L * seconds + 120), command);
        Matcher bare = BARE.matcher(output);
        if (!bare.find()) {
            throw new IllegalStateException("the bare run gave no summary:\n" + output);
        }
        long computed = rows * Long.parseLong(bare.group(1));
        double nanos = Long.parseLong(bare.group(2));
        double micros = nanos / 1e3 * rows / computed;
        return new Sample(new Load(computed, 0, nanos / 1e9, micros, micros, micros), 0, 0);
    }
}
