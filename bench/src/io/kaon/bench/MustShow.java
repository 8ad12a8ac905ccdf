package io.kaon.bench;

import java.util.List;

/// What the closed loops have to show: claims 1, 3 and 4. Nothing is judged that was not measured.
final class MustShow {
    private static final String HALF = BenchModels.HALF;
    private static final String MLP = "mlp x1";
    private static final String ON = Merging.ON.label();
    private static final String OFF = Merging.OFF.label();

    private final Sheet sheet;

    MustShow(Sheet sheet) {
        this.sheet = sheet;
    }

    void judge() {
        Cell rest = cell(Transport.REST, HALF, 16);
        add(Bar.atMost(1, "REST, half_plus_two, 16: CPU / echo", cpu(rest, ON).over(cpu(rest, Server.ECHO)), 1.20));
        add(Bar.atLeast(
                1,
                "REST, half_plus_two, 16: throughput / echo",
                sheet.perSecond(rest.on(ON)).over(sheet.perSecond(rest.on(Server.ECHO))),
                0.95));
        overEchoAndRun(Transport.REST, 16, 0.75);
        overEchoAndRun(Transport.REST, 64, 0.60);
        Cell grpc = cell(Transport.GRPC, HALF, 16);
        add(Bar.atMost(1, "gRPC, half_plus_two, 16: CPU / echo", cpu(grpc, ON).over(cpu(grpc, Server.ECHO)), 1.15));
        overEchoAndRun(Transport.GRPC, 16, 0.75);
        overEchoAndRun(Transport.GRPC, 64, 0.75);
        unmerged();
        merging(Transport.REST);
        merging(Transport.GRPC);
        peers();
    }

    private void overEchoAndRun(Transport transport, int connections, double limit) {
        Cell cell = cell(transport, MLP, connections);
        add(Bar.atMost(
                1,
                name(transport) + ", mlp x1, " + connections + ": CPU / (echo + bare run)",
                cpu(cell, ON).over(floor(cell)),
                limit));
    }

    /// Without merging nothing may be much dearer than the transport and the run: their costs added up, and
    /// one server that does both. The sum may be less than any server can reach: an echo alone is asked so
    /// often that its client never sleeps, and need not be woken for each answer.
    private void unmerged() {
        for (Transport transport : List.of(Transport.REST, Transport.GRPC)) {
            for (String workload : List.of(HALF, MLP, "mlp x8")) {
                for (int connections : new int[] {16, 64}) {
                    Cell cell = cell(transport, workload, connections);
                    if (!cpu(cell, OFF).isEmpty()) {
                        String what = name(transport) + ", " + workload + ", " + connections + ", unmerged: CPU / ";
                        add(Bar.atMost(
                                1, what + "(echo + bare run)", cpu(cell, OFF).over(floor(cell)), 1.20));
                        Spread together = cpu(cell, Server.ECHO_AND_RUN);
                        add(Bar.atMost(
                                1,
                                what + "an echo that runs the model",
                                cpu(cell, OFF).over(together),
                                1.20));
                    }
                }
            }
        }
    }

    private void merging(Transport transport) {
        Cell many = cell(transport, MLP, 64);
        add(Bar.atLeast(
                3,
                name(transport) + ", mlp x1, 64: throughput / unmerged",
                sheet.perSecond(many.on(ON)).over(sheet.perSecond(many.on(OFF))),
                2.2));
        Cell one = cell(transport, MLP, 1);
        add(Bar.atMost(
                3,
                name(transport) + ", mlp x1, 1: p50 / unmerged",
                sheet.p50(one.on(ON)).over(sheet.p50(one.on(OFF))),
                1.02));
    }

    private void peers() {
        Cell cell = cell(Transport.REST, MLP, 16);
        for (String peer : List.of(Peers.QUARKUS, Peers.NODE)) {
            add(Bar.atLeast(
                    4,
                    "REST, mlp x1, 16: throughput / " + peer,
                    sheet.perSecond(cell.on(ON)).over(sheet.perSecond(cell.on(peer))),
                    4));
            add(Bar.atMost(4, "REST, mlp x1, 16: CPU / " + peer, cpu(cell, ON).over(cpu(cell, peer)), 0.25));
        }
    }

    private Spread floor(Cell cell) {
        return cpu(cell, Server.ECHO).plus(sheet.cpu(Cell.bare(cell.workload())));
    }

    private Spread cpu(Cell cell, String server) {
        return sheet.cpu(cell.on(server));
    }

    private static Cell cell(Transport transport, String workload, int connections) {
        return new Cell(transport, workload, Cell.connections(connections), ON);
    }

    private static String name(Transport transport) {
        return transport == Transport.GRPC ? "gRPC" : "REST";
    }

    private void add(Bar bar) {
        sheet.add(bar);
    }
}
