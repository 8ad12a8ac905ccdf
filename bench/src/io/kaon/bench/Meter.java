package io.kaon.bench;

import java.util.function.Supplier;

/// Measures a server while it is under load.
final class Meter {
    private Meter() {}

    /// @param load sends requests and returns when all have been answered
    static Sample measure(Server server, Supplier<Load> load) {
        long failedBefore = server.failures();
        double cpuBefore = ProcessUsage.cpuSeconds(server.pid());
        Load seen = load.get();
        double cpu = ProcessUsage.cpuSeconds(server.pid()) - cpuBefore;
        // The generator may not have seen all failures, and the server does not know of all.
        long failed = Math.max(seen.failed(), server.failures() - failedBefore);
        long answered = seen.answered() + seen.failed() - failed;
        return new Sample(
                new Load(answered, failed, seen.seconds(), seen.p50(), seen.p99(), seen.p999()),
                1e6 * cpu / Math.max(1, answered),
                ProcessUsage.resident(server.pid()));
    }
}
