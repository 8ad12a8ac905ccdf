package io.kaon.testkit;

import io.kaon.storage.Location;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;

/// The contract, for stores of buckets: they copy, and have no empty directories. The tests of a class share one server
/// and one bucket, whose key may do everything, and each has a prefix of its own.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class BucketStoreContract extends ModelStoreContract {
    private final String scheme;
    private final String bucket;
    private int tests;
    private String prefix = "";

    protected BucketStoreContract(String scheme, String bucket) {
        this.scheme = scheme;
        this.bucket = bucket;
    }

    /// Writes an object.
    protected abstract void put(String bucket, String key, byte[] content);

    /// Removes the object with this key, if there is one, and all whose keys go on with a slash.
    protected abstract void remove(String bucket, String key);

    @BeforeEach
    void takeAPlace() {
        prefix = "test-" + tests++;
    }

    @Override
    protected final Location root() {
        return Location.parse(scheme + "://" + bucket + "/" + prefix);
    }

    private String key(Location location) {
        return location.path().substring(bucket.length() + 1);
    }

    @Override
    protected final void put(Location file, byte[] content) {
        put(bucket, key(file), content);
    }

    @Override
    protected final void remove(Location location) {
        remove(bucket, key(location));
    }

    @Override
    protected final void makeDirectory(Location directory) {
        throw new UnsupportedOperationException("not called: the store has no empty directories");
    }

    @Override
    protected final boolean seesEmptyDirectories() {
        return false;
    }

    @Override
    protected final boolean copiesOnFetch() {
        return true;
    }

    @Override
    protected final boolean canDenyReading() {
        return false;
    }

    @Override
    protected final void denyReading(Location location) {
        throw new UnsupportedOperationException("not called: the server lets all who ask read");
    }
}
