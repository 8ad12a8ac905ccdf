package io.kaon.storage.hdfs;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What the options say about HDFS, read at the start of every server, with nothing of Hadoop's client.
///
/// @param user who reads
/// @param configuration folder with Hadoop's own options; null if there is none
/// @param connections that fetch at the same time
/// @param mostFiles of a version
public record HdfsSettings(String user, @Nullable Path configuration, int connections, int mostFiles) {
    static final String MOST_FILES = "kaon.hdfs.most-files";
    static final String CONFIGURATION = "kaon.hdfs.conf-dir";

    /// What the JDK calls a user whom the machine has no name for, as containers often run with.
    private static final String NAMELESS = "?";

    /// @param environment variables, for what the options leave out
    /// @param systemUser as the JDK names the user that this process runs as
    public static HdfsSettings of(HdfsConfig config, Map<String, String> environment, String systemUser) {
        return new HdfsSettings(
                config.user()
                        .or(() -> variable(environment, "HADOOP_USER_NAME"))
                        .orElse(systemUser.isBlank() || systemUser.equals(NAMELESS) ? "kaon" : systemUser),
                config.confDir()
                        .or(() -> variable(environment, "HADOOP_CONF_DIR"))
                        .map(Path::of)
                        .orElse(null),
                config.connections(),
                config.mostFiles());
    }

    private static Optional<String> variable(Map<String, String> environment, String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
    }
}
