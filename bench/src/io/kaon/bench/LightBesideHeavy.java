package io.kaon.bench;

import io.kaon.testkit.OnnxModel;
import io.kaon.testkit.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/// What a light model suffers from a heavy one in the same server, compared with what it suffers from another process
/// that takes the same processor time: two cores are two cores, and only what comes on top is the server's doing.
///
/// The light one is the perceptron over REST in an open loop at half its rate, or at [#MOST_RATE]; the heavy
/// one is the ResNet-50-shaped net, first saturated with calls, then loading one new version.
final class LightBesideHeavy {
    private static final int CALLS_UNDER_WAY = 4;

    /// What h2load still sends on time while two other threads want the two processors. Where it is late itself, the
    /// latencies are its own.
    private static final double MOST_RATE = 6000;

    /// Their names, as far as the kernel keeps them.
    private static final String EVENT_LOOPS = "vert.x-eventloo";

    private final Workbench bench;
    private final Path models;
    private final Server kaon;
    private final Workload light;
    private final Workload heavy;
    private final H2load heavyLoad;
    private final int seconds;
    private double rate;

    /// The light model's p99, and the processors that the server took for the heavy one.
    private record Seen(double p99, double processors) {}

    LightBesideHeavy(Workbench bench) throws IOException {
        this.bench = bench;
        models = bench.folder("mixed");
        BenchModels.writeLight(models);
        BenchModels.resnet().writeTo(BenchModels.version(models, BenchModels.RESNET));
        light = Workload.mlp(bench.folder("requests"), 1);
        heavy = Workload.resnet(bench.folder("requests"));
        kaon = bench.kaon(Merging.ON, List.of(), models);
        heavyLoad = new H2load(bench.children(), bench.folder("mixed"), "heavy");
        seconds = bench.options().smoke() ? 3 : Math.max(6, bench.options().seconds());
    }

    void run() throws IOException {
        Answers answers = new Answers(models);
        answers.check(kaon, Transport.REST, light);
        answers.check(kaon, Transport.GRPC, heavy);
        calibrate();
        Spread saturated = Spread.of();
        Spread loading = Spread.of();
        for (int round = 1; round <= bench.options().rounds(); round++) {
            measureAlone(round);
            saturated = saturated.and(compare(round, "saturated", whileSaturated()));
            loading = loading.and(compare(round, "loading", whileLoading(round + 1)));
        }
        answers.check(kaon, Transport.REST, light);
        answers.check(kaon, Transport.GRPC, heavy);
        bench.sheet().add(Bar.atMost(5, "light p99 beside a saturated heavy model / a burner", saturated, 1.5));
        bench.sheet().add(Bar.atMost(5, "light p99 while the heavy model loads / a burner", loading, 1.5));
        kaon.close();
    }

    private void calibrate() {
        bench.say("mixed: warming up and looking for the light model's rate");
        String url = kaon.url(Transport.REST, light, 0);
        Load _ = bench.wrk().run(url, light.json(), 16, bench.options().warmUpSeconds());
        Load _ = heavyCalls(bench.options().warmUpSeconds());
        Load most = bench.wrk().run(url, light.json(), 16, seconds);
        rate = Math.min(MOST_RATE, most.answered() / most.seconds() / 2);
        bench.sheet().remark("mixed: the light model gets " + Math.round(rate) + " requests per second");
    }

    private void measureAlone(int round) {
        Cell cell = new Cell(Transport.REST, light.name(), Cell.OPEN, "kaon, mixed, alone");
        Sample sample = Meter.measure(kaon, () -> open().load());
        bench.sheet().add(cell, sample);
        bench.say(Report.progress(round, bench.options().rounds(), cell, sample));
    }

    private Seen whileSaturated() {
        // Until after the light one's open loop, whose connections are opened one by one.
        int longer = bench.options().smoke() ? 2 : 6;
        CompletableFuture<Load> calls = beside(() -> heavyCalls(seconds + longer));
        Children.pause(Duration.ofSeconds(1));
        Seen seen = see(() -> open().load());
        bench.sheet().addFailed(calls.join().failed());
        return seen;
    }

    private Load heavyCalls(int duration) {
        return heavyLoad.closed(kaon.url(Transport.GRPC, heavy, 0), heavy.frame(), CALLS_UNDER_WAY, duration);
    }

    /// The light model's requests that were sent between the new version's coming and its being served.
    private Seen whileLoading(int version) throws IOException {
        CompletableFuture<H2load.Opened> opened = beside(this::open);
        Children.pause(Duration.ofSeconds(2));
        Path staged = bench.folder("staged-" + version);
        Files.createDirectories(staged);
        Files.copy(
                BenchModels.version(models, BenchModels.RESNET).resolve(OnnxModel.FILE),
                staged.resolve(OnnxModel.FILE));
        long from = System.currentTimeMillis();
        double cpu = besideLoops();
        Files.move(staged, models.resolve(BenchModels.RESNET).resolve("" + version));
        awaitServed(version);
        long to = System.currentTimeMillis();
        double elapsed = (to - from) / 1e3;
        double processors = (besideLoops() - cpu) / elapsed;
        bench.say(String.format(Locale.ROOT, "mixed: version %d was loaded within %.1f s", version, elapsed));
        H2load.Opened all = opened.join();
        bench.sheet().addFailed(all.log().failed());
        Load during = all.log().between(from * 1000, to * 1000).summary(elapsed, all.periodMicros());
        return new Seen(during.p99(), processors);
    }

    /// Not on the common pool: on two processors it has one thread, which Java's HTTP client needs as well.
    private static <T> CompletableFuture<T> beside(Supplier<T> work) {
        return CompletableFuture.supplyAsync(
                work, task -> Thread.ofPlatform().daemon().start(task));
    }

    private void awaitServed(int version) {
        String path = "/v1/models/" + BenchModels.RESNET + "/versions/" + version;
        ServerProcess server = Objects.requireNonNull(kaon.kaon());
        if (!Children.happens(
                Duration.ofMinutes(1), () -> server.get(path).body().contains("\"AVAILABLE\""))) {
            throw new IllegalStateException("version " + version + " was not loaded within a minute");
        }
    }

    /// @return the ratio of the light model's p99 to that beside a burner
    private double compare(int round, String name, Seen seen) {
        int threads = Runtime.getRuntime().availableProcessors();
        Process burner = bench.children()
                .startServer(
                        "burner",
                        Path.of("."),
                        "burning",
                        List.of(
                                Children.java().getFirst(),
                                CpuBurner.class.getName(),
                                "" + threads,
                                "" + Math.max(0.01, seen.processors)));
        Children.pause(Duration.ofSeconds(1));
        double beside = see(() -> open().load()).p99;
        burner.destroyForcibly();
        burner.onExit().join();
        bench.say(String.format(
                Locale.ROOT,
                "round %d/%d  mixed, %s: p99 %.0f µs, beside a burner of %.2f processors %.0f µs",
                round,
                bench.options().rounds(),
                name,
                seen.p99,
                seen.processors,
                beside));
        return seen.p99 / beside;
    }

    private Seen see(Supplier<Load> load) {
        double cpu = besideLoops();
        long began = System.nanoTime();
        Load seen = load.get();
        bench.sheet().addFailed(seen.failed());
        double elapsed = (System.nanoTime() - began) / 1e9;
        return new Seen(seen.p99(), (besideLoops() - cpu) / elapsed);
    }

    /// Seconds of processor time that the server has used but for the event loops, where the light model runs: what its
    /// requests cost depends on how many are merged, and so on what is beside them.
    private double besideLoops() {
        return ProcessUsage.cpuSeconds(kaon.pid()) - ProcessUsage.cpuSeconds(kaon.pid(), EVENT_LOOPS);
    }

    private H2load.Opened open() {
        return bench.h2load().open(Transport.REST, kaon.url(Transport.REST, light, 0), light.json(), rate, seconds);
    }
}
