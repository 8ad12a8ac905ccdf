package io.kaon.storage.gcs;

import io.kaon.storage.Location;
import io.kaon.storage.ModelStore;
import io.kaon.testkit.GcsObjects;
import io.kaon.testkit.GcsOptions;
import io.kaon.testkit.ModelStoreContract;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;

/// The contract, with one server or another. The tests of a class share one server and one bucket.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class GcsStoreContract extends ModelStoreContract {
    private final GcsObjects server;
    private final GcsStore store;
    private final String bucket;
    private int tests;
    private String prefix = "";

    GcsStoreContract(GcsObjects server) {
        this.server = server;
        this.store = GcsOptions.anonymousAt(server.endpoint()).store();
        this.bucket = server.createBucket();
    }

    @AfterAll
    void close() {
        store.close();
        server.close();
    }

    @BeforeEach
    void takeAPlace() {
        prefix = "test-" + tests++;
    }

    @Override
    protected ModelStore store() {
        return store;
    }

    @Override
    protected Location root() {
        return Location.parse("gs://" + bucket + "/" + prefix);
    }

    private String name(Location location) {
        return location.path().substring(bucket.length() + 1);
    }

    @Override
    protected void put(Location file, byte[] content) {
        server.put(bucket, name(file), content);
    }

    @Override
    protected void remove(Location location) {
        server.remove(bucket, name(location));
    }

    @Override
    protected void makeDirectory(Location directory) {
        throw new UnsupportedOperationException("not called: the store has no empty directories");
    }

    @Override
    protected boolean seesEmptyDirectories() {
        return false;
    }

    @Override
    protected boolean copiesOnFetch() {
        return true;
    }

    @Override
    protected boolean canDenyReading() {
        return false;
    }

    @Override
    protected void denyReading(Location location) {
        throw new UnsupportedOperationException("not called: the server lets all who ask read");
    }
}
