package io.kaon.bench;

/// What is measured, again in every round.
///
/// @param load how requests come: `16 connections`, or `open loop`
record Cell(Transport transport, String workload, String load, String server) {
    static final String OPEN = "open loop";

    static final String BARE = "bare run";

    /// A run without a server, on one thread.
    static Cell bare(String workload) {
        return new Cell(Transport.NONE, workload, "1 thread", BARE);
    }

    static String connections(int count) {
        return count == 1 ? "1 connection" : count + " connections";
    }

    /// The same load on another server.
    Cell on(String other) {
        return new Cell(transport, workload, load, other);
    }

    /// As it is named in a line of text.
    String shown() {
        return transport + ", " + workload + ", " + load + ", " + server;
    }
}
