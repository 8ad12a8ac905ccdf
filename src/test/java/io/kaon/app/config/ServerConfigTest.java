package io.kaon.app.config;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import io.kaon.app.log.LogFormat;
import io.kaon.batch.Merging;
import io.kaon.engine.CudaSettings;
import io.kaon.engine.Device;
import io.kaon.engine.ExecutionProvider;
import io.kaon.lifecycle.load.SameSignature;
import io.kaon.ops.InitialModels;
import io.kaon.protocol.tfs.Coercion;
import io.kaon.protocol.tfs.TfsConfig;
import io.kaon.protocol.tfs.TfsReloadGuard;
import io.kaon.storage.gcs.GcsAccess;
import io.kaon.storage.s3.S3Access;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.vertx.core.http.ClientAuth;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Each option's default, and each option set to something else, by group. A new option needs a row.
final class ServerConfigTest {
    /// A model after which options are named.
    private static final String M = "m";

    /// @param byDefault what is read where nothing is set
    /// @param set another value, as text
    /// @param seen what is read then
    private record Row(String option, Function<ServerConfig, Object> read, Object byDefault, String set, Object seen) {}

    private static final Map<String, List<Row>> GROUPS = Map.ofEntries(
            entry(
                    "kaon",
                    List.of(
                            new Row("models", ServerConfig::models, "models", "/srv", "/srv"),
                            new Row("poll-interval", ServerConfig::pollInterval, seconds(1), "5s", seconds(5)),
                            new Row(
                                    "poll-intervals.file",
                                    config -> Optional.ofNullable(
                                            config.pollIntervals().get("file")),
                                    Optional.empty(),
                                    "7s",
                                    Optional.of(seconds(7))),
                            new Row("print-config", ServerConfig::printConfig, false, "true", true))),
            entry(
                    "kaon.model",
                    List.of(
                            text("name", config -> config.model().name()),
                            text("base-path", config -> config.model().basePath()))),
            entry(
                    "kaon.model-config",
                    List.of(
                            text("file", config -> config.modelConfig().file()),
                            new Row(
                                    "poll-interval",
                                    config -> config.modelConfig().pollInterval(),
                                    Duration.ZERO,
                                    "10s",
                                    seconds(10)),
                            new Row(
                                    "labels-for-unavailable",
                                    config -> config.modelConfig().labelsForUnavailable(),
                                    false,
                                    "true",
                                    true))),
            entry(
                    "kaon.admin",
                    List.of(
                            new Row(
                                    "reload",
                                    config -> config.admin().reload(),
                                    TfsReloadGuard.Access.LOCAL,
                                    "off",
                                    TfsReloadGuard.Access.OFF),
                            text("token", config -> config.admin().token()),
                            new Row(
                                    "allowed-locations",
                                    config -> config.admin().allowedLocations(),
                                    Optional.empty(),
                                    "/a,/b",
                                    Optional.of(List.of("/a", "/b"))))),
            entry(
                    "kaon.load",
                    List.of(
                            new Row(
                                    "threads",
                                    config -> config.load().threads(),
                                    Optional.empty(),
                                    "3",
                                    Optional.of(3)),
                            new Row("fetches", config -> config.load().fetches(), 4, "2", 2),
                            text("cache", config -> config.load().cache()),
                            new Row(
                                    "cache-bytes",
                                    config -> config.load().cacheBytes().asLongValue(),
                                    10L << 30,
                                    "1M",
                                    1L << 20),
                            new Row(
                                    "same-signature",
                                    config -> config.load().sameSignature(),
                                    SameSignature.WARN,
                                    "require",
                                    SameSignature.REQUIRE),
                            new Row("warm-up", config -> config.load().warmUp(), true, "false", false),
                            new Row(
                                    "warm-up-timeout",
                                    config -> config.load().warmUpTimeout(),
                                    seconds(5),
                                    "2s",
                                    seconds(2)))),
            entry(
                    "kaon.health",
                    List.of(
                            new Row(
                                    "ready",
                                    config -> config.health().ready(),
                                    InitialModels.When.ALL,
                                    "any",
                                    InitialModels.When.ANY),
                            new Row(
                                    "live-bound",
                                    config -> config.health().liveBound(),
                                    seconds(30),
                                    "1m",
                                    seconds(60)))),
            entry("kaon.engine", engine()),
            entry(
                    "kaon.batch",
                    List.of(
                            new Row("lanes", config -> config.batch().lanes(), Optional.empty(), "5", Optional.of(5)),
                            new Row("queue", config -> config.batch().queue(), 1000, "7", 7),
                            new Row(
                                    "merge",
                                    config -> config.batch().merge(),
                                    Merging.Rule.AUTO,
                                    "on",
                                    Merging.Rule.ON),
                            new Row(
                                    "models.m.merge",
                                    config -> Optional.ofNullable(
                                                    config.batch().models().get(M))
                                            .map(BatchConfig.OfModel::merge),
                                    Optional.empty(),
                                    "off",
                                    Optional.of(Merging.Rule.OFF)),
                            text("parameters-file", config -> config.batch().parametersFile()),
                            new Row(
                                    "per-model-parameters",
                                    config -> config.batch().perModelParameters(),
                                    false,
                                    "true",
                                    true),
                            new Row("max-rows", config -> config.batch().maxRows(), 256, "8", 8),
                            new Row(
                                    "max-delay",
                                    config -> config.batch().maxDelay(),
                                    Duration.ZERO,
                                    "2ms",
                                    Duration.ofMillis(2)),
                            new Row(
                                    "inline-budget",
                                    config -> config.batch().inlineBudget(),
                                    Duration.ofNanos(200_000),
                                    "1ms",
                                    Duration.ofMillis(1)))),
            entry(
                    "kaon.run",
                    List.of(new Row("timeout", config -> config.run().timeout(), seconds(60), "2s", seconds(2)))),
            entry(
                    "kaon.rest",
                    List.of(
                            new Row("timeout", config -> config.rest().timeout(), seconds(30), "2s", seconds(2)),
                            new Row(
                                    "offload",
                                    config -> config.rest().offload().asLongValue(),
                                    1L << 20,
                                    "2M",
                                    2L << 20),
                            new Row(
                                    "compress",
                                    config -> config.rest().compress().asLongValue(),
                                    8L << 10,
                                    "0",
                                    0L),
                            new Row(
                                    "client-auth",
                                    config -> config.rest().clientAuth(),
                                    ClientAuth.NONE,
                                    "required",
                                    ClientAuth.REQUIRED),
                            new Row("cors", config -> config.rest().cors(), false, "true", true))),
            entry(
                    "kaon.grpc",
                    List.of(
                            new Row("port", config -> config.grpc().port(), 8500, "0", 0),
                            new Row("host", config -> config.grpc().host(), "0.0.0.0", "::1", "::1"),
                            text("ssl-config", config -> config.grpc().sslConfig()),
                            text("tls", config -> config.grpc().tls()),
                            new Row(
                                    "client-auth",
                                    config -> config.grpc().clientAuth(),
                                    ClientAuth.NONE,
                                    "request",
                                    ClientAuth.REQUEST),
                            new Row("tensor-content", config -> config.grpc().tensorContent(), false, "true", true))),
            entry(
                    "kaon.tfs",
                    List.of(
                            new Row(
                                    "coercion",
                                    config -> config.tfs().coercion(),
                                    Coercion.REFERENCE,
                                    "strict",
                                    Coercion.STRICT),
                            text("outputs.m.scores", config -> outputs(config).flatMap(TfsConfig.Outputs::scores)),
                            text("outputs.m.classes", config -> outputs(config).flatMap(TfsConfig.Outputs::classes)),
                            text("outputs.m.value", config -> outputs(config).flatMap(TfsConfig.Outputs::value)),
                            new Row(
                                    "outputs.m.labels",
                                    config -> outputs(config).flatMap(TfsConfig.Outputs::labels),
                                    Optional.empty(),
                                    "cat,dog",
                                    Optional.of(List.of("cat", "dog"))),
                            text("monitoring-config", config -> config.tfs().monitoringConfig()),
                            new Row(
                                    "metrics-path",
                                    config -> config.tfs().metricsPath(),
                                    Optional.of("/monitoring/prometheus/metrics"),
                                    "/m",
                                    Optional.of("/m")))),
            entry(
                    "kaon.file",
                    List.of(new Row(
                            "links",
                            config -> config.file().links(),
                            Optional.empty(),
                            "/a,/b",
                            Optional.of(List.of("/a", "/b"))))),
            entry("kaon.s3", s3()),
            entry("kaon.gcs", gcs()),
            entry(
                    "kaon.hdfs",
                    List.of(
                            text("user", config -> config.hdfs().user()),
                            text("conf-dir", config -> config.hdfs().confDir()),
                            new Row("connections", config -> config.hdfs().connections(), 32, "7", 7),
                            new Row("most-files", config -> config.hdfs().mostFiles(), 100_000, "7", 7))),
            entry(
                    "kaon.limits",
                    List.of(
                            new Row(
                                    "request-bytes",
                                    config -> config.limits().requestBytes().asLongValue(),
                                    2147483639L,
                                    "1M",
                                    1L << 20),
                            new Row(
                                    "in-flight-bytes",
                                    config -> config.limits().inFlightBytes().map(size -> size.asLongValue()),
                                    Optional.empty(),
                                    "1K",
                                    Optional.of(1L << 10)),
                            new Row("stall", config -> config.limits().stall(), seconds(30), "3s", seconds(3)))),
            entry(
                    "kaon.log",
                    List.of(new Row(
                            "format", config -> config.log().format(), LogFormat.TEXT, "json", LogFormat.JSON))),
            entry(
                    "kaon.shutdown",
                    List.of(
                            new Row("delay", config -> config.shutdown().delay(), seconds(1), "0s", Duration.ZERO),
                            new Row("timeout", config -> config.shutdown().timeout(), seconds(25), "9s", seconds(9)))));

    /// An option that is nothing by default.
    private static Row text(String option, Function<ServerConfig, Object> read) {
        return new Row(option, read, Optional.empty(), "some text", Optional.of("some text"));
    }

    private static List<Row> engine() {
        List<Row> rows = new ArrayList<>(List.of(
                new Row(
                        "intra-op-threads",
                        config -> config.engine().intraOpThreads(),
                        Optional.empty(),
                        "4",
                        Optional.of(4)),
                new Row(
                        "models.m.intra-op-threads",
                        config -> Optional.ofNullable(config.engine().models().get(M))
                                .flatMap(EngineConfig.OfModel::intraOpThreads),
                        Optional.empty(),
                        "3",
                        Optional.of(3)),
                new Row("inter-op-threads", config -> config.engine().interOpThreads(), 1, "2", 2),
                new Row(
                        "saved-model-tags",
                        config -> config.engine().savedModelTags(),
                        Set.of("serve"),
                        "serve,gpu",
                        Set.of("serve", "gpu")),
                new Row(
                        "cuda.memory-budget",
                        config -> config.engine().cuda().memoryBudget().map(size -> size.asLongValue()),
                        Optional.empty(),
                        "20G",
                        Optional.of(20L << 30))));
        rows.addAll(devices(
                "",
                config -> Optional.of(config.engine()),
                config -> Optional.of(config.engine().cuda())));
        rows.addAll(devices(
                "models.m.",
                config -> Optional.ofNullable(config.engine().models().get(M)),
                config -> Optional.ofNullable(config.engine().models().get(M)).map(EngineConfig.OfModel::cuda)));
        return rows;
    }

    /// Those that are there for all models and for one.
    private static List<Row> devices(
            String prefix,
            Function<ServerConfig, Optional<? extends DeviceConfig>> read,
            Function<ServerConfig, Optional<? extends DeviceConfig.Cuda>> cuda) {
        return List.of(
                new Row(
                        prefix + "device",
                        config -> read.apply(config).flatMap(DeviceConfig::device),
                        Optional.empty(),
                        "cuda:1",
                        Optional.of(new Device.Cuda(1))),
                new Row(
                        prefix + "providers",
                        config -> read.apply(config).flatMap(DeviceConfig::providers),
                        Optional.empty(),
                        "tensorrt,cuda,cpu",
                        Optional.of(
                                List.of(ExecutionProvider.TENSORRT, ExecutionProvider.CUDA, ExecutionProvider.CPU))),
                new Row(
                        prefix + "tensorrt.options.k",
                        config -> read.apply(config)
                                .map(own -> own.tensorrt().options())
                                .orElse(Map.of()),
                        Map.of(),
                        "v",
                        Map.of("k", "v")),
                new Row(
                        prefix + "cuda.memory-limit",
                        config -> cuda.apply(config)
                                .flatMap(DeviceConfig.Cuda::memoryLimit)
                                .map(size -> size.asLongValue()),
                        Optional.empty(),
                        "4G",
                        Optional.of(4L << 30)),
                new Row(
                        prefix + "cuda.arena",
                        config -> cuda.apply(config).flatMap(DeviceConfig.Cuda::arena),
                        Optional.empty(),
                        "same-as-requested",
                        Optional.of(CudaSettings.ArenaGrowth.SAME_AS_REQUESTED)),
                new Row(
                        prefix + "cuda.cudnn-search",
                        config -> cuda.apply(config).flatMap(DeviceConfig.Cuda::cudnnSearch),
                        Optional.empty(),
                        "heuristic",
                        Optional.of(CudaSettings.CudnnSearch.HEURISTIC)),
                new Row(
                        prefix + "cuda.tf32",
                        config -> cuda.apply(config).flatMap(DeviceConfig.Cuda::tf32),
                        Optional.empty(),
                        "false",
                        Optional.of(false)),
                new Row(
                        prefix + "cuda.graphs",
                        config -> cuda.apply(config).flatMap(DeviceConfig.Cuda::graphs),
                        Optional.empty(),
                        "true",
                        Optional.of(true)),
                new Row(
                        prefix + "cuda.options.k",
                        config -> cuda.apply(config)
                                .map(DeviceConfig.Cuda::options)
                                .orElse(Map.of()),
                        Map.of(),
                        "v",
                        Map.of("k", "v")));
    }

    private static List<Row> s3() {
        List<Row> rows = new ArrayList<>(List.of(
                new Row("connections", config -> config.s3().connections(), 32, "7", 7),
                new Row("most-objects", config -> config.s3().mostObjects(), 100_000, "7", 7),
                text("ca-file", config -> config.s3().caFile())));
        rows.addAll(access("", config -> Optional.of(config.s3())));
        rows.addAll(access(
                "models.m.", config -> Optional.ofNullable(config.s3().models().get(M))));
        return rows;
    }

    private static List<Row> gcs() {
        List<Row> rows = new ArrayList<>(List.of(
                new Row("connections", config -> config.gcs().connections(), 32, "7", 7),
                new Row("most-objects", config -> config.gcs().mostObjects(), 100_000, "7", 7)));
        rows.addAll(gcsAccess("", config -> Optional.of(config.gcs())));
        rows.addAll(gcsAccess(
                "models.m.", config -> Optional.ofNullable(config.gcs().models().get(M))));
        return rows;
    }

    private static List<Row> gcsAccess(String prefix, Function<ServerConfig, Optional<GcsAccess>> read) {
        return List.of(
                text(prefix + "endpoint", config -> read.apply(config).flatMap(GcsAccess::endpoint)),
                text(prefix + "credentials-file", config -> read.apply(config).flatMap(GcsAccess::credentialsFile)),
                text(prefix + "user-project", config -> read.apply(config).flatMap(GcsAccess::userProject)),
                new Row(
                        prefix + "anonymous",
                        config -> read.apply(config).map(GcsAccess::anonymous).orElse(false),
                        false,
                        "true",
                        true));
    }

    /// Those that are there for all models and for one.
    private static List<Row> access(String prefix, Function<ServerConfig, Optional<S3Access>> read) {
        return List.of(
                text(prefix + "region", config -> read.apply(config).flatMap(S3Access::region)),
                text(prefix + "endpoint", config -> read.apply(config).flatMap(S3Access::endpoint)),
                new Row(
                        prefix + "path-style",
                        config -> read.apply(config).flatMap(S3Access::pathStyle),
                        Optional.empty(),
                        "true",
                        Optional.of(true)),
                text(prefix + "profile", config -> read.apply(config).flatMap(S3Access::profile)),
                text(prefix + "credentials-file", config -> read.apply(config).flatMap(S3Access::credentialsFile)),
                text(prefix + "access-key-id", config -> read.apply(config).flatMap(S3Access::accessKeyId)),
                text(prefix + "secret-access-key", config -> read.apply(config).flatMap(S3Access::secretAccessKey)),
                text(prefix + "session-token", config -> read.apply(config).flatMap(S3Access::sessionToken)),
                new Row(
                        prefix + "anonymous",
                        config -> read.apply(config).map(S3Access::anonymous).orElse(false),
                        false,
                        "true",
                        true),
                new Row(
                        prefix + "requester-pays",
                        config ->
                                read.apply(config).map(S3Access::requesterPays).orElse(false),
                        false,
                        "true",
                        true));
    }

    private static Optional<TfsConfig.Outputs> outputs(ServerConfig config) {
        return Optional.ofNullable(config.tfs().outputs().get(M));
    }

    private static Duration seconds(int count) {
        return Duration.ofSeconds(count);
    }

    static Set<String> groups() {
        return new TreeSet<>(GROUPS.keySet());
    }

    @ParameterizedTest
    @MethodSource("groups")
    void hasTheseDefaults(String group) {
        ServerConfig config = config(Map.of());
        for (Row row : rows(group)) {
            assertThat(row.read.apply(config)).as(row.option).isEqualTo(row.byDefault);
        }
    }

    @ParameterizedTest
    @MethodSource("groups")
    void takesAnotherValueForEveryOption(String group) {
        Map<String, String> set = new TreeMap<>();
        for (Row row : rows(group)) {
            set.put(group + "." + row.option, row.set);
        }
        ServerConfig config = config(set);
        for (Row row : rows(group)) {
            assertThat(row.seen)
                    .as("another value than the default of %s", row.option)
                    .isNotEqualTo(row.byDefault);
            assertThat(row.read.apply(config)).as(row.option).isEqualTo(row.seen);
        }
    }

    @Test
    void everyOptionHasARow() {
        Set<String> here = new TreeSet<>();
        GROUPS.forEach((group, rows) -> rows.forEach(row -> here.add(group + "."
                + row.option
                        .replace(".m.", ".*.")
                        .replace("intervals.file", "intervals.*")
                        .replace("options.k", "options.*"))));
        Set<String> known = new TreeSet<>();
        ConfigProblems.options().forEach(name -> known.add(name.replace("[*]", "")));
        assertThat(here).isEqualTo(known);
    }

    private static List<Row> rows(String group) {
        return GROUPS.getOrDefault(group, List.of());
    }

    private static ServerConfig config(Map<String, String> set) {
        return new SmallRyeConfigBuilder()
                .addDiscoveredConverters()
                .withSources(new PropertiesConfigSource(set, "test", 100))
                .withMapping(ServerConfig.class)
                .build()
                .getConfigMapping(ServerConfig.class);
    }
}
