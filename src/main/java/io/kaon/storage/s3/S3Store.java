package io.kaon.storage.s3;

import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.storage.Listing;
import io.kaon.storage.Location;
import io.kaon.storage.ModelStore;
import io.kaon.storage.ModelStores;
import io.kaon.storage.StoredDirectory;
import io.kaon.storage.StoredVersion;
import io.kaon.storage.Transfer;
import io.kaon.storage.remote.BucketListing;
import io.kaon.storage.remote.BucketPlace;
import io.kaon.storage.remote.RemoteFetch;
import io.kaon.storage.remote.RemoteFile;
import io.kaon.storage.remote.RemoteFiles;
import io.kaon.storage.remote.RemoteReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.EncodingType;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.RequestPayer;
import software.amazon.awssdk.services.s3.model.S3Object;

/// Directories of buckets, for the scheme `s3`, as one account sees them.
///
/// **What a directory is**: S3 has none. All objects whose keys begin with `models/mnist/` make the directory
/// `models/mnist`, which is there as soon as one of them is. A store without such objects says that the directory does
/// not exist; it is never taken for an empty one, for that would unload a model. Only a bucket itself may be empty.
///
/// **What is the same**: an object with the same tag (`ETag`) and size. The tag is what the server makes of the
/// content, so the same files uploaded again are no new version, and [S3Reader] asks for the object with that
/// tag only.
///
/// **Costs**: a listing is one request for each thousand names in the directory, a description one for each thousand
/// objects below it.
///
/// Nothing is made before the first call. Safe for use by several threads.
public final class S3Store implements ModelStore {
    public static final String SCHEME = "s3";

    private static final String MOST_OBJECTS = "kaon.s3.most-objects";

    /// All attempts together: a look at a directory ends, whatever the server does.
    private static final Duration LISTING = Duration.ofSeconds(60);

    /// A hundred times as many as a version may have by default, where servers fill their pages.
    private static final int MOST_PAGES = 10_000;

    private static final Duration LISTING_ATTEMPT = Duration.ofSeconds(20);

    private final S3Account account;
    private final S3Connections connections;
    private final S3Failures failures;
    private final int mostObjects;
    private final boolean owner;
    private @Nullable S3Client client;

    private S3Store(S3Account account, S3Connections connections, int mostObjects, boolean owner) {
        this.account = account;
        this.connections = connections;
        this.failures = new S3Failures(account);
        this.mostObjects = mostObjects;
        this.owner = owner;
    }

    /// The store for each model that has an account of its own, by its name, and under [ModelStores#USUAL] the one
    /// for all others. They share connections, which that one closes.
    public static Map<String, S3Store> byAccount(S3Accounts accounts) {
        S3Connections connections = new S3Connections(accounts.connections(), accounts.authorities());
        int most = accounts.mostObjects();
        Map<String, S3Store> stores = new HashMap<>();
        stores.put(ModelStores.USUAL, new S3Store(accounts.usual(), connections, most, true));
        accounts.byModel().forEach((model, own) -> stores.put(model, new S3Store(own, connections, most, false)));
        return stores;
    }

    @Override
    public Listing list(Location base) {
        BucketListing found = new BucketListing(base, mostObjects, MOST_OBJECTS);
        pages(base, request(place(base)).delimiter("/").build(), page -> {
            page.commonPrefixes().forEach(child -> found.directory(child.prefix()));
            page.contents().forEach(object -> found.object(object.key()));
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
        pages(directory, request(place).build(), page -> {
            for (S3Object object : page.contents()) {
                found.add(
                        object.key(),
                        place.relative(object.key()),
                        Objects.requireNonNullElse(object.size(), 0L),
                        Objects.requireNonNullElse(object.eTag(), ""),
                        Objects.requireNonNullElse(object.lastModified(), Instant.EPOCH));
            }
        });
        return found.finish();
    }

    private static BucketPlace place(Location location) {
        if (!location.scheme().equals(SCHEME)) {
            throw new IllegalArgumentException(location + " is not in S3");
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
        RemoteReader reader = new S3Reader(place(wanted.location()).bucket(), client(), account, failures);
        new RemoteFetch(wanted, reader, connections.fetches(), transfer).fetch(files(wanted.location()), into);
    }

    private ListObjectsV2Request.Builder request(BucketPlace place) {
        ListObjectsV2Request.Builder request = ListObjectsV2Request.builder()
                .bucket(place.bucket())
                // Keys with characters that XML cannot hold; the client library decodes what it asks for.
                .encodingType(EncodingType.URL)
                .overrideConfiguration(
                        override -> override.apiCallTimeout(LISTING).apiCallAttemptTimeout(LISTING_ATTEMPT));
        if (!place.prefix().isEmpty()) {
            request.prefix(place.prefix());
        }
        return account.requesterPays() ? request.requestPayer(RequestPayer.REQUESTER) : request;
    }

    private void pages(Location place, ListObjectsV2Request first, Consumer<ListObjectsV2Response> page) {
        ListObjectsV2Request request = first;
        for (int pages = 0; pages < MOST_PAGES; pages++) {
            ListObjectsV2Response answer;
            try {
                answer = client().listObjectsV2(request);
            } catch (SdkException failure) {
                throw failures.explain(place, failure);
            } catch (IllegalArgumentException undecodable) {
                if (request.encodingType() == null) {
                    throw undecodable;
                }
                // Ceph encodes keys, but not the prefix that it repeats, such as one with a percent sign.
                request = request.toBuilder().encodingType((EncodingType) null).build();
                continue;
            }
            page.accept(answer);
            String next = answer.nextContinuationToken();
            if (!Boolean.TRUE.equals(answer.isTruncated()) || next == null) {
                return;
            }
            request = request.toBuilder().continuationToken(next).build();
        }
        throw failed(place + ": the server's listing does not end: it has more than " + MOST_PAGES + " pages");
    }

    private synchronized S3Client client() {
        S3Client made = client;
        if (made == null) {
            made = connections.client(account);
            client = made;
        }
        return made;
    }

    private static ServingException failed(String message) {
        return new ServingException(ErrorKind.STORAGE_FAILED, message);
    }

    @Override
    public synchronized void close() {
        if (client != null) {
            client.close();
        }
        if (owner) {
            connections.close();
        }
    }
}
