package io.kaon.app.wiring;

import io.kaon.app.config.ServerConfig;
import io.kaon.engine.Engine;
import io.kaon.lifecycle.watch.PollIntervals;
import io.kaon.storage.Location;
import io.kaon.storage.ModelStores;
import io.kaon.storage.file.FileStore;
import io.kaon.storage.gcs.GcsAccounts;
import io.kaon.storage.gcs.GcsStores;
import io.kaon.storage.hdfs.HdfsSettings;
import io.kaon.storage.hdfs.HdfsStores;
import io.kaon.storage.s3.S3Accounts;
import io.kaon.storage.s3.S3Store;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/// Names every store, and how often each is looked at.
@Singleton
public final class StoreWiring {
    /// Whose listings are requests that cost money.
    private static final Set<String> BY_REQUEST = Set.of(S3Store.SCHEME, GcsStores.SCHEME);

    private static final Duration BY_REQUEST_POLL = Duration.ofSeconds(90);

    private static final Duration HDFS_POLL = Duration.ofSeconds(10);

    private final ServerConfig config;

    StoreWiring(ServerConfig config) {
        this.config = config;
    }

    /// Made anew; the caller closes them. A store that is not asked for anything holds nothing.
    public static ModelStores stores(ServerConfig config) {
        S3Accounts s3 = S3Accounts.of(config.s3(), System.getenv());
        GcsAccounts gcs = GcsAccounts.of(config.gcs(), System.getenv());
        HdfsSettings hdfs = HdfsSettings.of(config.hdfs(), System.getenv(), System.getProperty("user.name", ""));
        ModelStores stores = new ModelStores(
                        Map.of(Location.FILE, FileStore.of(config.file(), Engine.filesOf(Wiring.engines()))))
                .with(S3Store.SCHEME, () -> S3Store.byAccount(s3));
        return HdfsStores.addTo(GcsStores.addTo(stores, gcs), hdfs);
    }

    @Produces
    @Singleton
    ModelStores modelStores() {
        return stores(config);
    }

    void closeStores(@Disposes ModelStores stores) {
        stores.close();
    }

    /// A listing is a request that costs the server's time, and in clouds money, so these are asked less often by
    /// themselves.
    static PollIntervals intervals(ServerConfig config) {
        Map<String, Duration> byScheme = new HashMap<>(config.pollIntervals());
        Duration usual = config.pollInterval();
        if (usual.isPositive()) {
            BY_REQUEST.forEach(scheme -> byScheme.putIfAbsent(scheme, longer(usual, BY_REQUEST_POLL)));
            HdfsStores.SCHEMES.forEach(scheme -> byScheme.putIfAbsent(scheme, longer(usual, HDFS_POLL)));
        }
        return new PollIntervals(usual, byScheme);
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }
}
