package io.kaon.app.config;

import io.kaon.app.log.LogConfig;
import io.kaon.config.OptionRanges;
import io.kaon.ops.HealthConfig;
import io.kaon.protocol.tfs.AdminConfig;
import io.kaon.protocol.tfs.TfsConfig;
import io.kaon.storage.file.FileConfig;
import io.kaon.storage.gcs.GcsConfig;
import io.kaon.storage.hdfs.HdfsConfig;
import io.kaon.storage.s3.S3Config;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Map;

/// Kaon's own options, `kaon.*`: from the command line (`-Dkaon.batch.lanes=4`), the environment
/// (`KAON_BATCH_LANES=4`) or `config/application.properties`. All are read once, at start.
///
/// Each group is declared beside what it configures, as far as that may know of a configuration.
@ConfigMapping(prefix = "kaon")
public interface ServerConfig {
    /// Folder whose directories are models, each with its number-named versions: a path, or a location with a
    /// scheme.
    @WithDefault("models")
    String models();

    /// Serving one model only.
    SingleModelConfig model();

    /// A list of models, in TensorFlow Serving's form, instead of a folder.
    ModelFileConfig modelConfig();

    /// Who may change what is served.
    AdminConfig admin();

    /// How often the stores are looked at for new versions; 0 looks once at start, a negative time never.
    @WithDefault("1s")
    Duration pollInterval();

    /// By scheme of the locations: what differs for it; 0 looks once at start.
    Map<String, @WithConverter(OptionRanges.Wait.class) Duration> pollIntervals();

    /// Whether the server prints all of them when it starts, with where each comes from.
    @WithDefault("false")
    boolean printConfig();

    LoadConfig load();

    FileConfig file();

    S3Config s3();

    GcsConfig gcs();

    HdfsConfig hdfs();

    HealthConfig health();

    EngineConfig engine();

    BatchConfig batch();

    RunConfig run();

    RestConfig rest();

    GrpcConfig grpc();

    TfsConfig tfs();

    LogConfig log();

    LimitsConfig limits();

    ShutdownConfig shutdown();
}
