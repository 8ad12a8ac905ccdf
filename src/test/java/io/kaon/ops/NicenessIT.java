package io.kaon.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kaon.testkit.ServerProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Which of the packaged server's threads give way to the others, as the system sees it.
final class NicenessIT {
    /// Of what stands behind the name in /proc/PID/task/TID/stat; see proc_pid_stat(5).
    private static final int NICE = 16;

    @Test
    @Timeout(60)
    void letsLanesAndLoadsGiveWayToEventLoops() {
        assumeFalse(ServerProcess.isExecutable(), "the native executable leaves it out");
        assumeTrue(Files.isDirectory(Path.of("/proc/self/task")), "only Linux gives each thread a niceness");
        try (ServerProcess server = ServerProcess.serve(Path.of("models"))) {
            Map<String, Integer> seen = niceness(server);
            // It happens a while after the start, thread by thread.
            while (!seen.entrySet().containsAll(Map.of("lane-", 10, "load-", 10).entrySet())) {
                Thread.onSpinWait();
                seen = niceness(server);
            }
            assertThat(seen).containsEntry("express-", 0).containsEntry("vert.x-eventloo", 0);
            assertThat(server.post("/v1/models/half_plus_two:predict", "{\"instances\":[2]}")
                            .body())
                    .contains("3.0");
        }
    }

    /// The least niceness of the threads of a name, numbers left out.
    private static Map<String, Integer> niceness(ServerProcess server) {
        try (Stream<Path> threads =
                Files.list(Path.of("/proc", "" + server.handle().pid(), "task"))) {
            Map<String, Integer> seen = new TreeMap<>();
            threads.forEach(thread -> add(thread, seen));
            return seen;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static void add(Path thread, Map<String, Integer> seen) {
        try {
            String stat = Files.readString(thread.resolve("stat"));
            int end = stat.lastIndexOf(')');
            String name = stat.substring(stat.indexOf('(') + 1, end).replaceAll("[0-9]", "");
            int nice = Integer.parseInt(stat.substring(end + 2).split(" ", -1)[NICE]);
            seen.merge(name, nice, Math::min);
        } catch (IOException ended) {
            assertThat(thread).doesNotExist();
        }
    }
}
