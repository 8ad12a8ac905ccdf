package io.kaon.bench;

import com.google.protobuf.ByteString;
import io.kaon.testkit.OnnxModels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/// Far more requests than can be answered: of a heavy model for a minute, and of one whose refusals are all that
/// costs anything.
final class Overload {
    /// What may wait. With the default the last of a minute's calls would wait for half a minute, and whether service
    /// is normal afterwards could not be seen.
    private static final String SHORT_QUEUE = "-Dkaon.batch.queue=32";

    /// So that what the process holds can be bounded at all.
    private static final String HEAP = "-Xmx1g";

    /// The heap, and as much again for two copies of the model, the engine's working memory, buffers and code.
    private static final double MOST_GIBIBYTES = 2;

    /// About as long as a refusal.
    private static final int REFUSAL_BYTES = 120;

    private final Workbench bench;
    private final Sheet sheet;
    private final boolean smoke;

    Overload(Workbench bench) {
        this.bench = bench;
        sheet = bench.sheet();
        smoke = bench.options().smoke();
    }

    void run() throws IOException, InterruptedException {
        heavy();
        cheap();
    }

    private void heavy() throws IOException, InterruptedException {
        Path models = bench.folder("overload");
        BenchModels.resnet().writeTo(BenchModels.version(models, BenchModels.RESNET));
        Workload workload = Workload.resnet(bench.folder("requests"));
        ByteString message = workload.message();
        Answers answers = new Answers(models);
        try (Server kaon = bench.kaon(Merging.ON, List.of(HEAP), models, SHORT_QUEUE)) {
            answers.check(kaon, Transport.GRPC, workload);
            String url = kaon.url(Transport.GRPC, workload, 0);
            bench.say("overload: warming up and looking for the sustainable rate");
            Load _ = bench.h2load()
                    .closed(url, workload.frame(), 4, bench.options().warmUpSeconds());
            double sustainable = most(url, workload);
            Spread before = oneByOne(url, message);
            int seconds = smoke ? 3 : 60;
            bench.say(String.format(
                    Locale.ROOT,
                    "overload: %.1f per second for %d s, %.1f can be answered",
                    3 * sustainable,
                    seconds,
                    sustainable));
            GrpcOpenLoop.Outcome outcome = GrpcOpenLoop.run(url, message, 3 * sustainable, seconds);
            Spread after = oneByOne(url, message);
            long resident = ProcessUsage.mostResident(kaon.pid());
            // The machine may have become slower or faster in the minute between.
            double ofBoth = (sustainable + most(url, workload)) / 2;
            answers.check(kaon, Transport.GRPC, workload);
            judge(outcome, ofBoth, resident, before, after);
        }
    }

    /// Answers per second in a closed loop.
    private double most(String url, Workload workload) {
        Load most = bench.h2load().closed(url, workload.frame(), 4, smoke ? 2 : 20);
        return most.answered() / most.seconds();
    }

    private void judge(GrpcOpenLoop.Outcome outcome, double sustainable, long resident, Spread before, Spread after) {
        sheet.addFailed(outcome.broken());
        sheet.remark(String.format(
                Locale.ROOT,
                "overload: %d accepted, %d refused, %d broken in %.0f s; an accepted call took %.0f ms (median)",
                outcome.accepted().values().size(),
                outcome.refused().values().size(),
                outcome.broken(),
                outcome.seconds(),
                outcome.accepted().median() / 1e3));
        sheet.add(Bar.atLeast(
                6,
                "3 x the sustainable rate: accepted / sustainable",
                Spread.of(outcome.acceptedPerSecond() / sustainable),
                0.95));
        sheet.add(Bar.atMost(6, "calls that ended in any other way", Spread.of(outcome.broken()), 0));
        sheet.add(Bar.atMost(
                6,
                "p99 of refusals, ms",
                outcome.refused().isEmpty()
                        ? Spread.of()
                        : Spread.of(outcome.refused().quantile(0.99) / 1e3),
                10));
        sheet.add(Bar.atMost(6, "most resident memory, GiB", Spread.of(resident / (double) (1 << 30)), MOST_GIBIBYTES));
        sheet.add(Bar.atMost(
                6, "call by call right afterwards: p50 / before", Spread.of(after.median() / before.median()), 1.10));
    }

    private Spread oneByOne(String url, ByteString message) {
        Spread micros = Spread.of();
        try (GrpcCalls calls = new GrpcCalls(url)) {
            for (int i = 0; i < (smoke ? 5 : 40); i++) {
                long began = System.nanoTime();
                ByteString _ = calls.call(message);
                micros = micros.and((System.nanoTime() - began) / 1e3);
            }
        }
        return micros;
    }

    /// One lane is always busy with a run of a tenth of a second and one request waits, so nearly every other is
    /// refused. What the lane takes is not the refusals'.
    private void cheap() throws IOException {
        Path models = bench.folder("refusals");
        OnnxModels.slow(10_000).writeTo(BenchModels.version(models, BenchModels.SLOW));
        Workload workload = Workload.slow(bench.folder("requests"));
        Peers peers = new Peers(bench.children(), sheet, models);
        try (Server echo = peers.echo();
                Server kaon =
                        bench.kaon(Merging.ON, List.of(), models, "-Dkaon.batch.lanes=1", "-Dkaon.batch.queue=1")) {
            Load _ = refuse(kaon, workload, bench.options().warmUpSeconds());
            Load _ = refuse(echo, workload, bench.options().warmUpSeconds());
            Spread ratio = Spread.of();
            for (int round = 1; round <= bench.options().rounds(); round++) {
                double echoed = cpuPer(echo, workload);
                double refused = cpuPer(kaon, workload);
                bench.say(String.format(
                        Locale.ROOT,
                        "round %d/%d  overload: %.1f µs per refusal, %.1f µs per echo",
                        round,
                        bench.options().rounds(),
                        refused,
                        echoed));
                ratio = ratio.and(refused / echoed);
            }
            sheet.add(Bar.atMost(6, "CPU per refusal / echo", ratio, 1.10));
        }
    }

    private double cpuPer(Server server, Workload workload) {
        double before = besideLanes(server);
        Load load = refuse(server, workload, bench.options().seconds());
        double cpu = besideLanes(server) - before;
        return 1e6 * cpu / Math.max(1, server.name().equals(Server.ECHO) ? load.answered() : load.failed());
    }

    private static double besideLanes(Server server) {
        return ProcessUsage.cpuSeconds(server.pid()) - ProcessUsage.cpuSeconds(server.pid(), "lane-");
    }

    private Load refuse(Server server, Workload workload, int seconds) {
        return bench.wrk().run(server.url(Transport.REST, workload, REFUSAL_BYTES), workload.json(), 16, seconds);
    }
}
