package io.kaon.testkit;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// How much memory this process holds beside the Java heap: the only way to see what a native library leaks.
///
/// A rough measure: heap that is committed but untouched counts as if it were resident, so the result may rise by that
/// much without a leak. Tests let a leak amount to well over [#NOISE_BYTES].
public final class ResidentMemory {
    /// More than a machine of ordinary size commits at the start.
    public static final long NOISE_BYTES = 600 << 20;

    private static final Path STATUS = Path.of("/proc/self/status");

    private ResidentMemory() {}

    /// Skips the calling test where the operating system does not tell.
    public static long bytesBesideHeap() throws IOException {
        if (!Files.isReadable(STATUS)) {
            System.out.println("skipped: no " + STATUS + " to read the process's memory from");
            abort("no " + STATUS);
        }
        try (var lines = Files.lines(STATUS)) {
            String line =
                    lines.filter(text -> text.startsWith("VmRSS:")).findFirst().orElseThrow();
            long resident = Long.parseLong(line.replaceAll("\\D", "")) << 10;
            return resident - Runtime.getRuntime().totalMemory();
        }
    }
}
