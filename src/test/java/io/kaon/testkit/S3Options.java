package io.kaon.testkit;

import io.kaon.storage.ModelStores;
import io.kaon.storage.s3.S3Accounts;
import io.kaon.storage.s3.S3Config;
import io.kaon.storage.s3.S3Store;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.net.URI;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/// Options under `kaon.s3.`, read as the server reads them. Immutable.
public final class S3Options {
    private static final String PREFIX = "kaon.s3.";

    private final Map<String, String> options;

    private S3Options(Map<String, String> options) {
        this.options = options;
    }

    public static S3Options none() {
        return new S3Options(Map.of());
    }

    /// For a server, with the keys that it takes.
    public static S3Options of(S3Server server) {
        return none().at(server.endpoint())
                .with("access-key-id", server.accessKey())
                .with("secret-access-key", server.secretKey());
    }

    public S3Options at(URI endpoint) {
        return with("endpoint", endpoint.toString()).with("region", "us-east-1");
    }

    /// @param name without its beginning
    public S3Options with(String name, String value) {
        Map<String, String> more = new TreeMap<>(options);
        more.put(PREFIX + name, value);
        return new S3Options(more);
    }

    /// @param name without its beginning
    public S3Options without(String name) {
        Map<String, String> fewer = new TreeMap<>(options);
        fewer.remove(PREFIX + name);
        return new S3Options(fewer);
    }

    /// By whole name.
    public Map<String, String> asMap() {
        return options;
    }

    public S3Config config() {
        return new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .addDiscoveredConverters()
                .withSources(new PropertiesConfigSource(options, "test", 100))
                .withMapping(S3Config.class, "kaon.s3")
                .build()
                .getConfigMapping(S3Config.class, "kaon.s3");
    }

    /// The store without an account of its own. The caller closes it.
    public S3Store store() {
        return Objects.requireNonNull(
                S3Store.byAccount(S3Accounts.of(config(), Map.of())).get(ModelStores.USUAL));
    }
}
