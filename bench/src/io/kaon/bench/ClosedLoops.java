package io.kaon.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Kaon with and without merging, an empty echo and other people's servers, all up at the same time and measured in
/// turn: whatever else the machine does disturbs neighbours in the same round alike, and their ratio stays.
///
/// Then the latencies: an open loop at half of what Kaon answers without merging, the same for all.
final class ClosedLoops {
    private static final Pattern BARE = Pattern.compile("BARE (\\d+) (\\d+) (\\d+)");

    private final Workbench bench;
    private final Path models;
    private final Answers answers;
    private final List<Server> ours = new ArrayList<>();
    /// Ours, and the echo that runs the model.
    private final List<Server> withRun = new ArrayList<>();
    private final List<Server> all = new ArrayList<>();
    private final Map<String, Integer> answerBytes = new HashMap<>();

    /// One load on several servers.
    private record Point(Transport transport, Workload workload, int connections, List<Server> servers) {}

    ClosedLoops(Workbench bench) throws IOException {
        this.bench = bench;
        models = bench.folder("models");
        answers = new Answers(models);
        BenchModels.writeLight(models);
    }

    /// @param rest whether the loops over HTTP/1.1 are wanted
    /// @param grpc whether those over gRPC are
    void run(boolean rest, boolean grpc) throws IOException {
        startServers(rest);
        List<Point> points = points(rest, grpc);
        points.forEach(this::verify);
        points.forEach(this::warmUp);
        for (int round = 1; round <= bench.options().rounds(); round++) {
            bareRuns(round);
            for (Point point : points) {
                measure(point, round);
            }
        }
        if (bench.options().flame()) {
            drawFlames(points);
        }
        new OpenLoops(bench, this::url)
                .run(points.stream()
                        .filter(point -> point.connections == 16)
                        .map(point -> new OpenLoops.Point(point.transport, point.workload, ours))
                        .toList());
        points.forEach(this::verify);
    }

    /// Of Kaon as it comes, under the loads that keep it busy.
    private void drawFlames(List<Point> points) throws IOException {
        FlameGraphs flames = new FlameGraphs(bench);
        Server kaon = ours.getFirst();
        for (Point point : points) {
            if (point.connections > 1) {
                String name = (point.transport + "-" + point.workload.name() + "-" + point.connections)
                        .toLowerCase(Locale.ROOT)
                        .replace(' ', '-');
                flames.record(
                        kaon, name, () -> load(kaon, point, bench.options().seconds()));
            }
        }
    }

    private void startServers(boolean rest) {
        Peers peers = new Peers(bench.children(), bench.sheet(), models);
        for (Merging merging : Merging.values()) {
            ours.add(bench.kaon(merging, List.of(), models));
        }
        Server echo = bench.keep(peers.echo());
        ours.add(echo);
        withRun.addAll(ours);
        withRun.add(echo.echoAndRun());
        all.addAll(withRun);
        if (rest) {
            peers.others().forEach(peer -> all.add(bench.keep(peer)));
        }
    }

    private List<Point> points(boolean rest, boolean grpc) throws IOException {
        Path requests = bench.folder("requests");
        boolean smoke = bench.options().smoke();
        List<Point> points = new ArrayList<>();
        for (Transport transport : Transport.values()) {
            if (transport == Transport.REST ? !rest : transport != Transport.GRPC || !grpc) {
                continue;
            }
            for (int connections : smoke ? new int[] {16} : new int[] {1, 16, 64}) {
                List<Server> servers = connections == 1 ? ours : withRun;
                points.add(new Point(transport, Workload.half(requests), connections, servers));
                boolean withPeers = transport == Transport.REST && connections == 16;
                points.add(new Point(transport, Workload.mlp(requests, 1), connections, withPeers ? all : servers));
            }
            if (!smoke) {
                points.add(new Point(transport, Workload.mlp(requests, 8), 16, withRun));
                points.add(new Point(transport, Workload.strings(requests), 16, ours));
            }
        }
        return points;
    }

    private void verify(Point point) {
        for (Server server : point.servers) {
            int bytes = answers.check(server, point.transport, point.workload);
            answerBytes.putIfAbsent(point.transport + point.workload.name(), bytes);
        }
    }

    private void warmUp(Point point) {
        if (point.connections == 16) {
            bench.say("warming up: " + point.transport + ", " + point.workload.name());
            for (Server server : point.servers) {
                load(server, point, bench.options().warmUpSeconds());
            }
        }
    }

    private void measure(Point point, int round) {
        List<Server> inTurn = new ArrayList<>(point.servers);
        Collections.rotate(inTurn, round);
        for (Server server : inTurn) {
            Cell cell = new Cell(
                    point.transport, point.workload.name(), Cell.connections(point.connections), server.name());
            Sample sample = Meter.measure(
                    server, () -> load(server, point, bench.options().seconds()));
            bench.sheet().add(cell, sample);
            bench.say(Report.progress(round, bench.options().rounds(), cell, sample));
        }
    }

    private Load load(Server server, Point point, int seconds) {
        String url = url(server, point.transport, point.workload);
        return point.transport == Transport.REST
                ? bench.wrk().run(url, server.body(point.workload), point.connections, seconds)
                : bench.h2load().closed(url, point.workload.frame(), point.connections, seconds);
    }

    private String url(Server server, Transport transport, Workload workload) {
        return server.url(transport, workload, answerBytes.getOrDefault(transport + workload.name(), 2));
    }

    private void bareRuns(int round) {
        bareRun(round, BenchModels.HALF, BenchModels.HALF, 0);
        bareRun(round, BenchModels.MLP, "mlp x1", 1);
        bareRun(round, BenchModels.MLP, "mlp x8", 8);
    }

    private void bareRun(int round, String model, String workload, int rows) {
        int seconds = Math.max(1, bench.options().seconds() / 2);
        List<String> command = new ArrayList<>(Children.java());
        command.addAll(List.of(
                BareRun.class.getName(),
                BenchModels.version(models, model).toString(),
                bench.folder("requests").toString(),
                "" + rows,
                "" + seconds));
        String output = bench.children().run("bare", Path.of("."), Duration.ofSeconds(seconds + 60L), command);
        Matcher bare = BARE.matcher(output);
        if (!bare.find()) {
            throw new IllegalStateException("the bare run gave no summary:\n" + output);
        }
        long runs = Long.parseLong(bare.group(1));
        double micros = Long.parseLong(bare.group(2)) / 1e3 / runs;
        Load load = new Load(runs, 0, Long.parseLong(bare.group(2)) / 1e9, micros, micros, micros);
        Sample sample = new Sample(load, Long.parseLong(bare.group(3)) / 1e3 / runs, 0);
        bench.sheet().add(Cell.bare(workload), sample);
        bench.say(Report.progress(round, bench.options().rounds(), Cell.bare(workload), sample));
    }
}
