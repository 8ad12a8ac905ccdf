package io.kaon.storage.gcs;

import com.google.cloud.ReadChannel;
import com.google.cloud.storage.BlobId;
import com.google.cloud.storage.Storage;
import com.google.cloud.storage.Storage.BlobSourceOption;
import com.google.cloud.storage.StorageException;
import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.storage.Location;
import io.kaon.storage.remote.Attempts;
import io.kaon.storage.remote.PartCopy;
import io.kaon.storage.remote.RemoteFile;
import io.kaon.storage.remote.RemoteReader;
import java.io.IOException;
import java.nio.channels.Channels;
import java.util.ArrayList;
import java.util.List;

/// Asks for the content of objects, of the generation that was listed: Google counts a new one with each write.
final class GcsReader implements RemoteReader {
    private static final int NOT_FOUND = 404;

    private final String bucket;
    private final Storage client;
    private final Attempts attempts;
    private final GcsFailures failures;
    private final BlobSourceOption[] options;

    GcsReader(String bucket, Storage client, GcsAccount account, Attempts attempts, GcsFailures failures) {
        this.bucket = bucket;
        this.client = client;
        this.attempts = attempts;
        this.failures = failures;
        // What is stored compressed comes as it is stored, for its size is what was listed.
        List<BlobSourceOption> asked = new ArrayList<>(List.of(BlobSourceOption.shouldReturnRawInputStream(true)));
        if (account.userProject() != null) {
            asked.add(BlobSourceOption.userProject(account.userProject()));
        }
        this.options = asked.toArray(BlobSourceOption[]::new);
    }

    /// The key of an object of one generation, as Google's command line writes it.
    static String key(String name, long generation) {
        return name + "#" + generation;
    }

    @Override
    public void read(RemoteFile file, PartCopy part) throws IOException {
        int hash = file.key().lastIndexOf('#');
        BlobId object = BlobId.of(
                bucket, file.key().substring(0, hash), Long.valueOf(file.key().substring(hash + 1)));
        try {
            attempts.of(() -> {
                read(object, part);
                return null;
            });
        } catch (IOException | StorageException failure) {
            if (GcsFailures.status(failure) == NOT_FOUND) {
                throw changed(part, failure);
            }
            throw failure;
        }
    }

    private void read(BlobId object, PartCopy part) throws IOException {
        try (ReadChannel answer = client.reader(object, options)) {
            // No buffer of the client's: what is read goes on into a file at once.
            answer.setChunkSize(0);
            if (!part.isWhole()) {
                answer.seek(part.from());
                answer.limit(part.from() + part.length());
            }
            part.take(Channels.newInputStream(answer));
        }
    }

    private static ServingException changed(PartCopy part, Exception failure) {
        return new ServingException(
                ErrorKind.STORAGE_FAILED,
                part.file() + " has changed since it was listed, or is gone: its version is fetched again when it is"
                        + " at rest",
                failure);
    }

    @Override
    public ServingException explain(Location place, Throwable failure) {
        return failures.explain(place, failure);
    }
}
