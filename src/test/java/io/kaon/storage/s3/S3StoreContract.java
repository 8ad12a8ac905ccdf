package io.kaon.storage.s3;

import io.kaon.storage.ModelStore;
import io.kaon.testkit.BucketStoreContract;
import io.kaon.testkit.S3Options;
import io.kaon.testkit.S3Server;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import software.amazon.awssdk.services.s3.model.S3Object;

/// The contract, with a server that others wrote.
@Tag("in-process")
abstract class S3StoreContract extends BucketStoreContract {
    private final S3Server server;
    private final S3Store store;

    S3StoreContract(S3Server server) {
        super(S3Store.SCHEME, server.createBucket());
        this.server = server;
        this.store = S3Options.of(server).store();
    }

    final S3Server server() {
        return server;
    }

    @AfterAll
    void close() {
        store.close();
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
        server.delete(bucket, key);
        List<S3Object> below = server.client()
                .listObjectsV2(request -> request.bucket(bucket).prefix(key + "/"))
                .contents();
        below.forEach(object -> server.delete(bucket, object.key()));
    }
}
