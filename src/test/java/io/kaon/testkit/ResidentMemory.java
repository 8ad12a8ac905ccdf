package io.kaon.testkit;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.management.JMException;
import javax.management.ObjectName;

/// How much memory this process holds beside the Java heap: the only way to see what a native library leaks.
///
/// Counted page by page, because heap that is committed becomes resident only when it is touched: a difference of sums
/// would take a heap that fills for a leak. What the virtual machine and the native allocators keep for later counts
/// too, so tests let a leak amount to well over [#NOISE_BYTES].
public final class ResidentMemory {
    /// More than allocators keep for later.
    public static final long NOISE_BYTES = 600 << 20;

    private static final Path MAPPINGS = Path.of("/proc/self/smaps");
    private static final Pattern HEAP = Pattern.compile("\\[0x([0-9a-f]+), 0x([0-9a-f]+)\\)");
    private static final Pattern MAPPING = Pattern.compile("([0-9a-f]+)-[0-9a-f]+ .*");
    private static final Pattern RESIDENT = Pattern.compile("Rss: +([0-9]+) kB");

    private ResidentMemory() {}

    /// Skips the calling test where the operating system does not tell.
    public static long bytesBesideHeap() throws IOException {
        if (!Files.isReadable(MAPPINGS)) {
            System.out.println("skipped: no " + MAPPINGS + " to read the process's memory from");
            abort("no " + MAPPINGS);
        }
        Matcher heap = HEAP.matcher(heapInfo());
        if (!heap.find()) {
            abort("the virtual machine does not tell where its heap lies");
        }
        long from = Long.parseUnsignedLong(heap.group(1), 16);
        long to = Long.parseUnsignedLong(heap.group(2), 16);
        return bytesOutside(from, to, Files.readAllLines(MAPPINGS));
    }

    private static long bytesOutside(long from, long to, List<String> lines) {
        long bytes = 0;
        boolean inHeap = false;
        for (String line : lines) {
            Matcher mapping = MAPPING.matcher(line);
            Matcher resident = RESIDENT.matcher(line);
            if (mapping.matches()) {
                long start = Long.parseUnsignedLong(mapping.group(1), 16);
                inHeap = Long.compareUnsigned(from, start) <= 0 && Long.compareUnsigned(start, to) < 0;
            } else if (!inHeap && resident.matches()) {
                bytes += Long.parseLong(resident.group(1)) << 10;
            }
        }
        return bytes;
    }

    private static String heapInfo() {
        try {
            return String.valueOf(ManagementFactory.getPlatformMBeanServer()
                    .invoke(new ObjectName("com.sun.management:type=DiagnosticCommand"), "gcHeapInfo", null, null));
        } catch (JMException untold) {
            throw new AssertionError(untold);
        }
    }
}
