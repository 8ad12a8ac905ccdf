package io.kaon.storage.remote;

import io.kaon.model.ServingException;
import io.kaon.storage.Location;
import java.io.IOException;

/// Asks one store for the content of files. Blocking, on virtual threads, several at the same time; an interrupt ends
/// it.
public interface RemoteReader {
    /// Asks for one part of a file, only as it was listed, and gives the answer to [PartCopy#take]: again after a
    /// failure that is worth asking again.
    ///
    /// @throws ServingException STORAGE_FAILED when the file is not what was listed any more
    /// @throws IOException when it cannot be read, which [#explain] puts into words, as it does with whatever else
    ///     the client library throws
    void read(RemoteFile file, PartCopy part) throws IOException;

    /// Says in one line why a request failed, without anything secret: the place, the store's own reason, and what to
    /// do.
    ///
    /// @param place what was asked for
    ServingException explain(Location place, Throwable failure);
}
