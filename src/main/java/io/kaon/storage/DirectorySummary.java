package io.kaon.storage;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

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

    /// The first eight bytes of a digest: with 64 good bits, a change that goes unseen is not worth thinking about.
    private long fingerprint() {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
        for (Map.Entry<String, String> fact : facts.entrySet()) {
            // No name has a NUL in it, so that no two lists of facts run together to the same bytes.
            digest.update((fact.getKey() + '\0' + fact.getValue() + '\0').getBytes(StandardCharsets.UTF_8));
        }
        return ByteBuffer.wrap(digest.digest()).getLong();
    }
}
