package io.kaon.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;

/// The files of a model that hold weights.
public final class WeightFiles {
    private WeightFiles() {}

    /// How large they are together. A file that cannot be looked at counts nothing: loading will say what is wrong.
    public static long bytes(Collection<Path> files) {
        long bytes = 0;
        for (Path file : files) {
            try {
                bytes += Files.size(file);
            } catch (IOException _) {
                // Not there, or not ours to look at.
            }
        }
        return bytes;
    }
}
