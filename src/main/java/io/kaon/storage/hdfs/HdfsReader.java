package io.kaon.storage.hdfs;

import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.storage.Location;
import io.kaon.storage.remote.Attempts;
import io.kaon.storage.remote.PartCopy;
import io.kaon.storage.remote.RemoteFile;
import io.kaon.storage.remote.RemoteReader;
import java.io.IOException;
import java.io.InputStream;

/// Reads parts of files. A request of HDFS cannot say which file it means but by its name, so each part is
/// followed by a look at what has the name then: if it is the file that was listed, it was so all the time
/// between, for a file keeps its number for good. Only a file that is renamed away, replaced, and renamed back
/// while one part is read goes unseen.
final class HdfsReader implements RemoteReader {
    private final HdfsClients clients;
    private final Attempts attempts;
    private final HdfsFailures failures;

    HdfsReader(HdfsClients clients, Attempts attempts, HdfsFailures failures) {
        this.clients = clients;
        this.attempts = attempts;
        this.failures = failures;
    }

    @Override
    public void read(RemoteFile file, PartCopy part) throws IOException {
        HdfsPlace place = HdfsPlace.of(part.file());
        HdfsClient client = clients.of(place);
        HdfsEntry now = attempts.of(() -> {
            try (InputStream content = client.open(place, part.from(), part.length())) {
                part.take(content);
            }
            return client.entry(place);
        });
        if (now.size() != file.size() || !now.tag().equals(file.tag())) {
            throw new ServingException(
                    ErrorKind.STORAGE_FAILED,
                    part.file() + " has changed since it was listed: expected " + file.tag() + " with " + file.size()
                            + " bytes, got " + now.tag() + " with " + now.size());
        }
    }

    @Override
    public ServingException explain(Location place, Throwable failure) {
        return failures.explain(place, failure);
    }
}
