package io.kaon.storage;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// A place that holds directories.
///
/// Blocking: called on virtual threads. Safe for use by several threads.
public interface ModelStore {
    /// The names of the directories directly below a location, sorted. Plain files are left out, and so are names that
    /// begin with a dot. An existing, empty location gives an empty list. Cheap: one listing.
    ///
    /// @throws ServingException STORAGE_FAILED when the location does not exist or cannot be read
    List<String> list(Location base);

    /// The names of the plain files directly in a location, sorted. Cheap: one listing, which says nothing of
    /// what is below, so that a directory of another user's there is no obstacle.
    ///
    /// @throws ServingException STORAGE_FAILED when the location does not exist or cannot be read
    List<String> topFiles(Location directory);

    /// What stands below one directory, at any depth.
    ///
    /// @throws ServingException STORAGE_FAILED when the location does not exist or cannot be read
    StoredDirectory describe(Location directory);

    /// Makes a directory available to engines that read files.
    ///
    /// @param into where to copy the files; not asked if they are local already, so that what is served in
    ///     place needs no room of its own
    /// @return where the files stand: the place that `into` gave, or the original one, which is never changed
    /// @throws ServingException STORAGE_FAILED when something could not be read; the copy may be half made then
    /// @throws IOException when there is no place for a copy
    Path fetch(Location directory, CopyPlace into) throws IOException;

    /// Gives a directory of the caller's that does not exist yet.
    @FunctionalInterface
    interface CopyPlace {
        /// Called once.
        ///
        /// @throws IOException when none can be made
        Path path() throws IOException;
    }
}
