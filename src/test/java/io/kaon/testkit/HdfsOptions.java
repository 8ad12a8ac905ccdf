package io.kaon.testkit;

import io.kaon.storage.hdfs.HdfsConfig;
import io.kaon.storage.hdfs.HdfsSettings;
import io.kaon.storage.hdfs.HdfsStore;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.Map;
import java.util.TreeMap;

/// Options under `kaon.hdfs.`, read as the server reads them. Immutable.
public final class HdfsOptions {
    private static final String PREFIX = "kaon.hdfs.";

    private final Map<String, String> options;

    private HdfsOptions(Map<String, String> options) {
        this.options = options;
    }

    /// For a user who may do what all may do.
    public static HdfsOptions usual() {
        return none().with("user", "kaon-tests");
    }

    public static HdfsOptions none() {
        return new HdfsOptions(Map.of());
    }

    /// @param name without its beginning
    public HdfsOptions with(String name, String value) {
        Map<String, String> more = new TreeMap<>(options);
        more.put(PREFIX + name, value);
        return new HdfsOptions(more);
    }

    /// @param environment for what the options leave out
    /// @param systemUser who the server runs as
    public HdfsSettings settings(Map<String, String> environment, String systemUser) {
        HdfsConfig config = new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .addDiscoveredConverters()
                .withSources(new PropertiesConfigSource(options, "test", 100))
                .withMapping(HdfsConfig.class, "kaon.hdfs")
                .build()
                .getConfigMapping(HdfsConfig.class, "kaon.hdfs");
        return HdfsSettings.of(config, environment, systemUser);
    }

    /// The caller closes it.
    public HdfsStore store() {
        return new HdfsStore(settings(Map.of(), "reader"));
    }
}
