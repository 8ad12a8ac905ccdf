package io.kaon.storage.gcs;

import com.google.api.gax.paging.Page;
import com.google.cloud.storage.Blob;
import com.google.cloud.storage.Storage;
import com.google.cloud.storage.Storage.BlobField;
import com.google.cloud.storage.Storage.BlobListOption;
import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.storage.Listing;
import io.kaon.storage.Location;
import io.kaon.storage.ModelStore;
import io.kaon.storage.ModelStores;
import io.kaon.storage.StoredDirectory;
import io.kaon.storage.StoredVersion;
import io.kaon.storage.Transfer;
import io.kaon.storage.remote.Attempts;
import io.kaon.storage.remote.BucketListing;
import io.kaon.storage.remote.BucketPlace;
import io.kaon.storage.remote.RemoteFetch;
import io.kaon.storage.remote.RemoteFile;
import io.kaon.storage.remote.RemoteFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Directories of buckets, for the scheme `gs`, as one account sees them.
///
/// **What a directory is**: all objects whose names begin with `models/mnist/` make the directory `models/mnist`, which
/// is there as soon as one of them is. A store without such objects says that the directory does not exist; it is never
/// taken for an empty one, for that would unload a model. Only a bucket itself may be empty.
///
/// **What is the same**: an object with the same checksum and size, so the same files uploaded again are no new
/// version. The checksum is MD5, or CRC32C for an object that was composed of others and has no MD5. What is
/// fetched is the very generation that was listed.
///
/// **Costs**: a listing is one request for each thousand names in the directory, a description one for each thousand
/// objects below it.
///
/// Nothing is made before the first call. Safe for use by several threads.
public final class GcsStore implements ModelStore {
    private static final String MOST_OBJECTS = "kaon.gcs.most-objects";

    /// A hundred times as many as a version may have by default, where servers fill their pages.
    private static final int MOST_PAGES = 10_000;

    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);

    /// As many as end within a minute or so, however silent the server is.
    private static final int LISTING_ATTEMPTS = 4;

    private static final int CONTENT_ATTEMPTS = 6;

    private static final BlobListOption FIELDS = BlobListOption.fields(
            BlobField.NAME,
            BlobField.SIZE,
            BlobField.MD5HASH,
            BlobField.CRC32C,
            BlobField.GENERATION,
            BlobField.UPDATED);

    private final GcsAccount account;
    private final GcsConnections connections;
    private final Attempts listings = attempts(LISTING_ATTEMPTS);
    private final Attempts contents = attempts(CONTENT_ATTEMPTS);
    private final GcsFailures failures;
    private final GcsClient client;
    private final int mostObjects;

    private GcsStore(GcsAccount account, GcsConnections connections, int mostObjects) {
        this.account = account;
        this.connections = connections;
        this.failures = new GcsFailures(account);
        this.client = new GcsClient(account, connections);
        this.mostObjects = mostObjects;
    }

    private static Attempts attempts(int most) {
        return new Attempts(most, FIRST_PAUSE, () -> ThreadLocalRandom.current().nextDouble(), GcsFailures::passes);
    }

    /// The store for each model that has an account of its own, by its name, and under [ModelStores#USUAL] the one
    /// for all others.
    public static Map<String, GcsStore> byAccount(GcsAccounts accounts) {
        GcsConnections connections = new GcsConnections(accounts.connections());
        int most = accounts.mostObjects();
        Map<String, GcsStore> stores = new HashMap<>();
        stores.put(ModelStores.USUAL, new GcsStore(accounts.usual(), connections, most));
        accounts.byModel().forEach((model, own) -> stores.put(model, new GcsStore(own, connections, most)));
        return stores;
    }

    @Override
    public Listing list(Location base) {
        BucketListing found = new BucketListing(base, mostObjects, MOST_OBJECTS);
        pages(base, List.of(BlobListOption.currentDirectory()), object -> {
            if (object.isDirectory()) {
                found.directory(object.getName());
            } else {
                found.object(object.getName());
            }
        });
        return found.finish();
    }

    @Override
    public StoredDirectory describe(Location directory) {
        return RemoteFiles.summary(files(directory));
    }

    private List<RemoteFile> files(Location directory) {
        BucketPlace place = place(directory);
        RemoteFiles found = new RemoteFiles(directory, mostObjects, MOST_OBJECTS);
        pages(
                directory,
                List.of(),
                object -> found.add(
                        GcsReader.key(object.getName(), Objects.requireNonNullElse(object.getGeneration(), 0L)),
                        place.relative(object.getName()),
                        Objects.requireNonNullElse(object.getSize(), 0L),
                        checksum(object),
                        object.getUpdateTimeOffsetDateTime() == null
                                ? Instant.EPOCH
                                : object.getUpdateTimeOffsetDateTime().toInstant()));
        return found.finish();
    }

    private static String checksum(Blob object) {
        String md5 = object.getMd5();
        return md5 == null ? Objects.requireNonNullElse(object.getCrc32c(), "") : md5;
    }

    private static BucketPlace place(Location location) {
        if (!location.scheme().equals(GcsStores.SCHEME)) {
            throw new IllegalArgumentException(location + " is not in Google Cloud Storage");
        }
        return BucketPlace.of(location);
    }

    @Override
    public @Nullable Path inPlace(Location directory) {
        return null;
    }

    @Override
    public void fetch(StoredVersion wanted, Path into, Transfer transfer) throws IOException {
        transfer.check();
        List<RemoteFile> files = files(wanted.location());
        GcsReader reader = new GcsReader(
                place(wanted.location()).bucket(), client(wanted.location()), account, contents, failures);
        new RemoteFetch(wanted, reader, connections.fetches(), transfer).fetch(files, into);
    }

    /// @param further options, besides those that every listing has
    private void pages(Location location, List<BlobListOption> further, Consumer<Blob> each) {
        BucketPlace place = place(location);
        List<BlobListOption> asked = new ArrayList<>(further);
        asked.add(FIELDS);
        if (!place.prefix().isEmpty()) {
            asked.add(BlobListOption.prefix(place.prefix()));
        }
        if (account.userProject() != null) {
            asked.add(BlobListOption.userProject(account.userProject()));
        }
        Storage storage = client(location);
        @Nullable String token = null;
        for (int pages = 0; pages < MOST_PAGES; pages++) {
            List<BlobListOption> options = new ArrayList<>(asked);
            if (token != null) {
                options.add(BlobListOption.pageToken(token));
            }
            Page<Blob> page;
            try {
                page = listings.of(() -> storage.list(place.bucket(), options.toArray(BlobListOption[]::new)));
            } catch (IOException | RuntimeException failure) {
                throw failures.explain(location, failure);
            }
            page.getValues().forEach(each);
            token = page.getNextPageToken();
            if (token == null || token.isEmpty()) {
                return;
            }
        }
        throw new ServingException(
                ErrorKind.STORAGE_FAILED,
                location + ": the server's listing does not end: it has more than " + MOST_PAGES + " pages");
    }

    private Storage client(Location place) {
        try {
            return client.get();
        } catch (ServingException stopping) {
            throw stopping;
        } catch (IOException | RuntimeException failure) {
            throw failures.noCredentials(place, failure);
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
