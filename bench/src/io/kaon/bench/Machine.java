package io.kaon.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Locale;

/// What was measured on. Figures without it mean nothing.
///
/// @param load how busy the machine was when the benchmark began: processes that ran or wanted to, on average
record Machine(String processor, int cores, double gibibytes, String kernel, String java, LocalDate day, double load) {
    static Machine here() {
        Runtime.Version java = Runtime.version();
        return new Machine(
                value(read("/proc/cpuinfo"), "model name"),
                Runtime.getRuntime().availableProcessors(),
                Long.parseLong(value(read("/proc/meminfo"), "MemTotal").replace(" kB", "")) / (double) (1 << 20),
                System.getProperty("os.name") + " " + System.getProperty("os.version"),
                System.getProperty("java.vendor") + " " + java,
                LocalDate.now(ZoneOffset.UTC),
                Double.parseDouble(read("/proc/loadavg").split(" ", 2)[0]));
    }

    String describe() {
        return String.format(
                Locale.ROOT,
                "%s: %s, %d cores, %.0f GiB, %s, Java %s, load %.2f at the start",
                day,
                processor,
                cores,
                gibibytes,
                kernel,
                java,
                load);
    }

    private static String value(String text, String name) {
        return text.lines()
                .filter(line -> line.startsWith(name))
                .map(line -> line.substring(line.indexOf(':') + 1).trim())
                .findFirst()
                .orElse("unknown");
    }

    private static String read(String file) {
        try {
            return Files.readString(Path.of(file));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
