package io.kaon.storage.s3;

import io.kaon.storage.Location;
import io.kaon.storage.ModelStore;
import io.kaon.testkit.ModelStoreContract;
import io.kaon.testkit.S3Options;
import io.kaon.testkit.S3Server;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import software.amazon.awssdk.services.s3.model.S3Object;

/// The contract, with a server that others wrote. The tests of a class share one server and one bucket.
@Tag("in-process")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class S3StoreContract extends ModelStoreContract {
    private final S3Server server;
    private final S3Store store;
    private final String bucket;
    private int tests;
    private String prefix = "";

    S3StoreContract(S3Server server) {
        this.server = server;
        this.store = S3Options.of(server).store();
        this.bucket = server.createBucket();
    }

    final S3Server server() {
        return server;
    }

    @AfterAll
    void close() {
        store.close();
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
        return Location.parse("s3://" + bucket + "/" + prefix);
    }

    private String key(Location location) {
        return location.path().substring(bucket.length() + 1);
    }

    @Override
    protected void put(Location file, byte[] content) {
        server.put(bucket, key(file), content);
    }

    @Override
    protected void remove(Location location) {
        server.delete(bucket, key(location));
        List<S3Object> below = server.client()
                .listObjectsV2(request -> request.bucket(bucket).prefix(key(location) + "/"))
                .contents();
        below.forEach(object -> server.delete(bucket, object.key()));
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
        throw new UnsupportedOperationException("not called: the server knows one key, which may do everything");
    }
}
