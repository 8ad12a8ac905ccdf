package io.kaon.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// What a process has used, from Linux's `/proc`: see `proc_pid_stat(5)`.
final class ProcessUsage {
    /// Clock ticks per second as the kernel shows them to programs; 100 on every architecture that Java runs on.
    private static final double TICKS = 100;

    /// Where utime stands behind the name of the process, which is in parentheses and may hold anything.
    private static final int UTIME = 11;

    private ProcessUsage() {}

    /// Seconds of processor time, of user and system, of all threads that are or were.
    static double cpuSeconds(long pid) {
        return cpuSeconds(Path.of("/proc", "" + pid, "stat"));
    }

    /// The same of those living threads whose names begin so.
    static double cpuSeconds(long pid, String threads) {
        double sum = 0;
        for (Path task : tasks(pid)) {
            sum += ifNamed(task, threads);
        }
        return sum;
    }

    private static double ifNamed(Path task, String threads) {
        try {
            return read(task.resolve("comm")).startsWith(threads) ? cpuSeconds(task.resolve("stat")) : 0;
        } catch (UncheckedIOException failure) {
            if (Files.exists(task)) {
                throw failure;
            }
            // It has ended since it was listed.
            return 0;
        }
    }

    /// Bytes of memory that are resident now.
    static long resident(long pid) {
        return kilobytes(pid, "VmRSS:");
    }

    /// The most that has been resident at any time.
    static long mostResident(long pid) {
        return kilobytes(pid, "VmHWM:");
    }

    private static double cpuSeconds(Path stat) {
        String line = read(stat);
        String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ", -1);
        return (Long.parseLong(fields[UTIME]) + Long.parseLong(fields[UTIME + 1])) / TICKS;
    }

    private static long kilobytes(long pid, String name) {
        return read(Path.of("/proc", "" + pid, "status"))
                .lines()
                .filter(line -> line.startsWith(name))
                .mapToLong(line -> 1024
                        * Long.parseLong(
                                line.substring(name.length()).replace("kB", "").trim()))
                .findFirst()
                .orElseThrow();
    }

    private static List<Path> tasks(long pid) {
        try (Stream<Path> tasks = Files.list(Path.of("/proc", "" + pid, "task"))) {
            return tasks.toList();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
