package io.kaon.testkit;

import io.kaon.storage.ModelStores;
import io.kaon.storage.gcs.GcsAccounts;
import io.kaon.storage.gcs.GcsConfig;
import io.kaon.storage.gcs.GcsStore;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.net.URI;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/// Options under `kaon.gcs.`, read as the server reads them. Immutable.
public final class GcsOptions {
    private static final String PREFIX = "kaon.gcs.";

    private final Map<String, String> options;

    private GcsOptions(Map<String, String> options) {
        this.options = options;
    }

    public static GcsOptions none() {
        return new GcsOptions(Map.of());
    }

    /// For a server, without credentials.
    public static GcsOptions anonymousAt(URI endpoint) {
        return none().with("endpoint", endpoint.toString()).with("anonymous", "true");
    }

    /// @param name without its beginning
    public GcsOptions with(String name, String value) {
        Map<String, String> more = new TreeMap<>(options);
        more.put(PREFIX + name, value);
        return new GcsOptions(more);
    }

    /// By whole name.
    public Map<String, String> asMap() {
        return options;
    }

    public GcsConfig config() {
        return new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .addDiscoveredConverters()
                .withSources(new PropertiesConfigSource(options, "test", 100))
                .withMapping(GcsConfig.class, "kaon.gcs")
                .build()
                .getConfigMapping(GcsConfig.class, "kaon.gcs");
    }

    /// The store without an account of its own. The caller closes it.
    public GcsStore store() {
        return Objects.requireNonNull(
                GcsStore.byAccount(GcsAccounts.of(config(), Map.of())).get(ModelStores.USUAL));
    }
}
