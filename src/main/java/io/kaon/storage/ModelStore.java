package io.kaon.storage;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// A place that holds directories. Made once, with its configuration, and closed at the end.
///
/// Blocking: called on threads that may hang. Safe for use by several threads.
public interface ModelStore extends AutoCloseable {
    /// What stands directly in a location. One listing, which says nothing of what is below, so that a directory
    /// of another user's there is no obstacle. An existing, empty location gives an empty listing.
    ///
    /// @throws io.kaon.model.ServingException STORAGE_FAILED when the location does not exist or cannot be read
    Listing list(Location base);

    /// What stands below one directory, at any depth.
    ///
    /// @throws io.kaon.model.ServingException STORAGE_FAILED when the location does not exist or cannot be read
    StoredDirectory describe(Location directory);

    /// Where engines may read the files of a directory as they stand.
    ///
    /// @return null if they must be fetched first, which is said without a look
    /// @throws io.kaon.model.ServingException STORAGE_FAILED when they could be read in place, and the location
    ///     does not exist or cannot be read
    @Nullable
    Path inPlace(Location directory);

    /// Copies what stands below a directory. What an earlier call for the same files has left, when it was broken
    /// off, is not copied again.
    ///
    /// @param wanted the directory, and what stood in it when it was described: nothing else is copied
    /// @param into a directory of the caller's, which holds nothing but what earlier calls left; holds the files
    ///     and nothing else when this returns
    /// @param transfer told of what has been copied, and asked whether to go on
    /// @throws io.kaon.model.ServingException STORAGE_FAILED when something could not be read, or is not what was
    ///     described any more; CANCELLED when the transfer was
    /// @throws IOException when `into` cannot be written
    void fetch(StoredVersion wanted, Path into, Transfer transfer) throws IOException;

    /// Frees what the store holds, such as connections. No call is made after that, and those that hang may fail.
    @Override
    void close();
}
