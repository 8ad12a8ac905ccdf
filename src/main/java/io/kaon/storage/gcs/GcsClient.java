package io.kaon.storage.gcs;

import com.google.cloud.storage.Storage;
import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.jspecify.annotations.Nullable;

/// Google's client of one account, made when it is first asked for, and anew when the file has changed that its
/// credentials come from. Safe for use by several threads.
final class GcsClient implements AutoCloseable {
    private final GcsAccount account;
    private final GcsConnections connections;
    private @Nullable Storage made;
    private @Nullable FileTime madeOf;
    private boolean closed;

    GcsClient(GcsAccount account, GcsConnections connections) {
        this.account = account;
        this.connections = connections;
    }

    /// @throws IOException when there are no credentials, or they cannot be read
    synchronized Storage get() throws IOException {
        if (closed) {
            throw new ServingException(ErrorKind.NOT_READY, "the server is stopping");
        }
        FileTime now = account.credentials() instanceof GcsCredentials.File(Path path)
                ? Files.getLastModifiedTime(path)
                : null;
        Storage client = made;
        if (client == null || (now != null && !now.equals(madeOf))) {
            // The one before may be in use. It holds nothing but a token, and is left to the collector.
            client = connections.client(account);
            made = client;
            madeOf = now;
        }
        return client;
    }

    @Override
    public synchronized void close() {
        closed = true;
    }
}
