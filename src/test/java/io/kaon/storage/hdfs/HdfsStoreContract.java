package io.kaon.storage.hdfs;

import io.kaon.storage.Location;
import io.kaon.storage.ModelStore;
import io.kaon.testkit.HdfsOptions;
import io.kaon.testkit.HdfsServer;
import io.kaon.testkit.ModelStoreContract;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;

/// The contract, with Hadoop's own servers. The tests share them, and those of a class a store.
@Tag("in-process")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class HdfsStoreContract extends ModelStoreContract {
    private final HdfsServer server = HdfsServer.shared();
    private final HdfsStore store = HdfsOptions.usual().store();
    private final String folder = server.createFolder();
    private final String scheme;
    private int tests;

    HdfsStoreContract(String scheme) {
        this.scheme = scheme;
    }

    @AfterAll
    void close() {
        store.close();
    }

    @BeforeEach
    void takeAPlace() {
        tests++;
    }

    @Override
    protected ModelStore store() {
        return store;
    }

    @Override
    protected Location root() {
        return Location.parse(server.server(scheme) + folder + "/test-" + tests);
    }

    private static String path(Location location) {
        return HdfsPlace.of(location).path();
    }

    @Override
    protected void put(Location file, byte[] content) {
        server.put(path(file), content);
    }

    @Override
    protected void remove(Location location) {
        server.delete(path(location));
    }

    @Override
    protected void makeDirectory(Location directory) {
        server.makeDirectory(path(directory));
    }

    @Override
    protected boolean copiesOnFetch() {
        return true;
    }

    /// HDFS itself refuses colons.
    @Override
    protected boolean canName(String name) {
        return !name.contains(":");
    }

    @Override
    protected boolean canDenyReading() {
        return true;
    }

    @Override
    protected void denyReading(Location location) {
        server.denyReading(path(location));
    }
}
