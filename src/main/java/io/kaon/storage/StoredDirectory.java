package io.kaon.storage;

import java.time.Instant;
import java.util.List;

/// What a store says about everything below one directory. [DirectorySummary] makes it.
///
/// @param topFiles names of the plain files directly in it, sorted; at most the first hundred
/// @param fingerprint changes whenever a file below it is added, removed, resized or rewritten
/// @param changed when something below it changed last, as far as the store can tell
/// @param files number of files below it
/// @param bytes their sizes together
public record StoredDirectory(List<String> topFiles, long fingerprint, Instant changed, int files, long bytes) {
    public StoredDirectory {
        topFiles = List.copyOf(topFiles);
    }

    /// How many files, for people: `1 file` or `7 files`.
    public String filesText() {
        return files == 1 ? "1 file" : files + " files";
    }
}
