package io.kaon.storage;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import java.util.zip.Checksum;

/// Adds up what a store finds below one directory, so that all stores count and fingerprint in the same way, whatever
/// order they find things in. Used by one thread, for one directory.
public final class DirectorySummary {
    private static final int MOST_TOP_FILES = 100;

    private final SortedMap<String, String> facts = new TreeMap<>();
    private final SortedMap<String, Long> sizes = new TreeMap<>();
    private Instant changed = Instant.EPOCH;

    /// There is a file.
    ///
    /// @param name relative to the directory, with `/` between segments
    /// @param stamp what the store gives anew whenever it rewrites the file: times, a generation, an entity tag
    public void file(String name, long size, String stamp) {
        sizes.put(name, size);
        fact(name, size + " " + stamp);
    }

    /// Something else that must not change unnoticed.
    public void fact(String name, String text) {
        facts.put(name, text);
    }

    /// Something here changed at that time. The newest counts.
    public void changed(Instant time) {
        if (time.isAfter(changed)) {
            changed = time;
        }
    }

    public StoredDirectory finish() {
        List<String> topFiles = sizes.keySet().stream()
                .filter(name -> name.indexOf('/') < 0)
                .limit(MOST_TOP_FILES)
                .toList();
        long bytes = sizes.values().stream().mapToLong(Long::longValue).sum();
        return new StoredDirectory(topFiles, fingerprint(), changed, sizes.size(), bytes);
    }

    /// Two checksums of 32 bits by different polynomials: with 64 good bits, a change that goes unseen is not
    /// worth thinking about. A digest would do as well, but finding one takes 8 ms when a process starts,
    /// while clients wait for the first model.
    private long fingerprint() {
        Checksum high = new CRC32();
        Checksum low = new CRC32C();
        for (Map.Entry<String, String> fact : facts.entrySet()) {
            // No name has a NUL in it, so that no two lists of facts run together to the same bytes.
            byte[] bytes = (fact.getKey() + '\0' + fact.getValue() + '\0').getBytes(StandardCharsets.UTF_8);
            high.update(bytes);
            low.update(bytes);
        }
        return high.getValue() << 32 | low.getValue();
    }
}
