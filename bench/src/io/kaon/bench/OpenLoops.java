package io.kaon.bench;

import java.util.List;

/// Latencies at one rate for all servers: half of what Kaon answers without merging. Requests come when they are due,
/// whether or not earlier ones are answered, so what one slow answer does to the next ones is seen.
final class OpenLoops {
    private final Workbench bench;
    private final Target target;

    /// Where to send a workload.
    @FunctionalInterface
    interface Target {
        String url(Server server, Transport transport, Workload workload);
    }

    /// @param servers have been measured in a closed loop with 16 connections
    record Point(Transport transport, Workload workload, List<Server> servers) {}

    OpenLoops(Workbench bench, Target target) {
        this.bench = bench;
        this.target = target;
    }

    void run(List<Point> points) {
        for (int round = 1; round <= bench.options().rounds(); round++) {
            for (Point point : points) {
                Cell closed =
                        new Cell(point.transport, point.workload.name(), Cell.connections(16), Merging.OFF.label());
                double rate = bench.sheet().perSecond(closed).median() / 2;
                for (Server server : point.servers) {
                    measure(point, server, rate, round);
                }
            }
        }
    }

    private void measure(Point point, Server server, double rate, int round) {
        Workload workload = point.workload;
        Cell cell = new Cell(point.transport, workload.name(), Cell.OPEN, server.name());
        Sample sample = Meter.measure(server, () -> {
            H2load.Opened opened = bench.h2load()
                    .open(
                            point.transport,
                            target.url(server, point.transport, workload),
                            point.transport == Transport.REST ? workload.json() : workload.frame(),
                            rate,
                            bench.options().seconds());
            Load steady = opened.steady();
            if (steady.answered() < 0.98 * rate * steady.seconds()) {
                bench.sheet()
                        .remark("round " + round + ", " + cell.shown() + ": only "
                                + Math.round(100 * steady.answered() / (rate * steady.seconds()))
                                + " % of the rate was sent; its latencies are too good");
            }
            return opened.load();
        });
        bench.sheet().add(cell, sample);
        bench.say(Report.progress(round, bench.options().rounds(), cell, sample));
    }
}
