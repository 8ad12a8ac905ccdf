package io.kaon.storage.gcs;

import io.kaon.storage.ModelStore;
import io.kaon.testkit.BucketStoreContract;
import io.kaon.testkit.GcsObjects;
import io.kaon.testkit.GcsOptions;
import org.junit.jupiter.api.AfterAll;

/// The contract, with a server that speaks Google's JSON API.
abstract class GcsStoreContract extends BucketStoreContract {
    private final GcsObjects server;
    private final GcsStore store;

    GcsStoreContract(GcsObjects server) {
        super(GcsStores.SCHEME, server.createBucket());
        this.server = server;
        this.store = GcsOptions.anonymousAt(server.endpoint()).store();
    }

    @AfterAll
    void close() {
        store.close();
        server.close();
    }

    @Override
    protected ModelStore store() {
        return store;
    }

    @Override
    protected void put(String bucket, String key, byte[] content) {
        server.put(bucket, key, content);
    }

    @Override
    protected void remove(String bucket, String key) {
        server.remove(bucket, key);
    }
}
