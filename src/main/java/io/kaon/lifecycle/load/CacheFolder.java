package io.kaon.lifecycle.load;

import java.io.IOException;
import java.nio.file.Path;

/// Where a [ModelCache] has its copies: a directory that no other user can change. Safe for use by several threads.
sealed interface CacheFolder extends AutoCloseable permits CacheDirectory, KeptDirectory {
    /// Where it is. Made by the first call.
    ///
    /// @throws IOException if it cannot be made, or is closed
    Path path() throws IOException;

    /// Whether what is in it is there for the next process too.
    boolean isKept();

    /// Removes what dead processes have left beside it, if there is anything. Never fails, because no model depends on
    /// it.
    void sweep();

    @Override
    void close();
}
