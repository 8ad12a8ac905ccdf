package io.kaon.app;

import io.kaon.batch.Merging;
import io.kaon.lifecycle.load.SameSignature;
import io.kaon.ops.InitialModels;
import io.kaon.protocol.tfs.Coercion;
import io.kaon.protocol.tfs.TfsMetricsRest;
import io.kaon.protocol.tfs.TfsReloadGuard;
import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;
import io.vertx.core.http.ClientAuth;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Kaon's own options, `kaon.*`: from the command line (`-Dkaon.batch.lanes=4`), the environment
/// (`KAON_BATCH_LANES=4`) or `config/application.properties`. All are read once, at start.
@ConfigMapping(prefix = "kaon")
interface ServerConfig {
    /// Folder whose directories are models, each with its number-named versions: a path, or a location with a
    /// scheme.
    @WithDefault("models")
    String models();

    /// Serving one model only.
    Model model();

    /// A list of models, in TensorFlow Serving's form, instead of a folder.
    ModelConfig modelConfig();

    /// Who may change what is served.
    Admin admin();

    /// How often the stores are looked at for new versions; 0 looks once at start, a negative time never.
    @WithDefault("1s")
    Duration pollInterval();

    /// By scheme of the locations: what differs for it; 0 looks once at start.
    Map<String, @WithConverter(OptionRanges.Wait.class) Duration> pollIntervals();

    Load load();

    Health health();

    Engine engine();

    Batch batch();

    Run run();

    Rest rest();

    Grpc grpc();

    Tfs tfs();

    Limits limits();

    Shutdown shutdown();

    /// One model instead of a folder of models.
    interface Model {
        /// What clients call it.
        Optional<String> name();

        /// The directory of its versions: a path, or a location with a scheme.
        Optional<String> basePath();
    }

    /// A file with the text form of TensorFlow Serving's `ModelServerConfig`.
    interface ModelConfig {
        /// Where it is.
        Optional<String> file();

        /// How often it is looked at for changes; 0 never.
        @WithDefault("0s")
        Duration pollInterval();

        /// Whether a reload over gRPC may put a new label on a version that is not being served yet.
        @WithDefault("false")
        boolean labelsForUnavailable();
    }

    /// Changing what is served over the network.
    interface Admin {
        /// Peers that may.
        @WithDefault("local")
        TfsReloadGuard.Access reload();

        /// What they must show.
        Optional<String> token();

        /// Where the models that they name must lie; by default anywhere.
        Optional<List<String>> allowedLocations();
    }

    /// Loading of versions.
    interface Load {
        /// Versions that may be loaded at the same time; by default one per processor.
        Optional<@WithConverter(OptionRanges.Count.class) Integer> threads();

        /// Versions that may be fetched at the same time.
        @WithDefault("4")
        @WithConverter(OptionRanges.Count.class)
        int fetches();

        /// Where versions are copied to that come from remote stores, or whose weights stand in files of their
        /// own. What is there outlives the process, for the next one; by default the process makes a folder
        /// where the system has temporary files, and removes it at the end.
        Optional<String> cache();

        /// Of all copies together: beyond that, those are removed that no version uses.
        @WithDefault("10G")
        @WithConverter(OptionRanges.Bytes.class)
        MemorySize cacheBytes();

        /// What becomes of a version with other inputs or outputs than the one that serves: it is announced, or
        /// fails to load, or neither.
        @WithDefault("warn")
        SameSignature sameSignature();

        /// Whether a version runs a few times on zeros before it serves.
        @WithDefault("true")
        boolean warmUp();

        /// How long these runs may take where they do not end; then the version serves without.
        @WithDefault("5s")
        @WithConverter(OptionRanges.Patience.class)
        Duration warmUpTimeout();
    }

    /// What the management port answers orchestrators.
    interface Health {
        /// Which models must have served once before the server is ready for the first time: all that are
        /// declared by name and one of a folder's, any one, or none.
        @WithDefault("all")
        InitialModels.When ready();

        /// How long an event loop, the version watcher or the reconciler may stand still before the server counts
        /// as dead.
        @WithDefault("30s")
        @WithConverter(OptionRanges.Patience.class)
        Duration liveBound();
    }

    /// Sessions of the inference engines.
    interface Engine {
        /// Threads that share one operator; by default one, or as many as there are processors for heavy models
        /// that gain by it.
        Optional<@WithConverter(OptionRanges.Count.class) Integer> intraOpThreads();

        /// By model: what differs for it.
        Map<String, ModelEngine> models();

        /// Threads that run independent operators at the same time.
        @WithDefault("1")
        @WithConverter(OptionRanges.Count.class)
        int interOpThreads();

        /// Tags of the graph of a SavedModel that is loaded: the one that has exactly these.
        @WithDefault("serve")
        Set<String> savedModelTags();
    }

    /// What differs for the sessions of one model.
    interface ModelEngine {
        /// Threads that share one operator.
        @WithConverter(OptionRanges.Count.class)
        int intraOpThreads();
    }

    /// Where and when requests run.
    interface Batch {
        /// Threads for runs that are too long for an event loop; by default one per processor.
        Optional<@WithConverter(OptionRanges.Count.class) Integer> lanes();

        /// Requests per model version that may wait for a lane; more are refused.
        @WithDefault("1000")
        @WithConverter(OptionRanges.Count.class)
        int queue();

        /// Whether requests are merged: where a signature has shown that its rows do not touch each other,
        /// wherever the first dimensions may have any size, or nowhere.
        @WithDefault("auto")
        Merging.Rule merge();

        /// By model: what differs for it.
        Map<String, ModelBatch> models();

        /// A file with the text form of TensorFlow Serving's `BatchingParameters`: it says how requests are
        /// merged, and how many may wait, in place of the options here.
        Optional<String> parametersFile();

        /// Whether a file of that kind, `batching_params.pbtxt` in a version's directory, does so for its model.
        @WithDefault("false")
        boolean perModelParameters();

        /// Rows of a batch at most; fewer where more do not pay.
        @WithDefault("256")
        @WithConverter(OptionRanges.Count.class)
        int maxRows();

        /// How long a request waits for others to fill its batch; with 0 only those are merged that are there
        /// anyway.
        @WithDefault("0s")
        @WithConverter(OptionRanges.Wait.class)
        Duration maxDelay();

        /// Runs that are expected to take no longer happen on the connection's event loop.
        @WithDefault("PT0.0002S")
        @WithConverter(OptionRanges.Wait.class)
        Duration inlineBudget();
    }

    /// Runs of all models.
    interface Run {
        /// The longest that a run may take on a lane, where it is ended then; 0 for as long as it takes.
        @WithDefault("60s")
        @WithConverter(OptionRanges.Wait.class)
        Duration timeout();
    }

    /// What differs for the requests of one model.
    interface ModelBatch {
        /// Whether they are merged.
        Merging.Rule merge();
    }

    /// The REST port.
    interface Rest {
        /// How long a request may wait and run; 0 or less for as long as it takes.
        @WithDefault("30s")
        Duration timeout();

        /// Bodies and answers above this size are converted off the event loop.
        @WithDefault("1M")
        MemorySize offload();

        /// Answers of at least this size are compressed for clients that accept gzip; 0 for never.
        @WithDefault("8K")
        MemorySize compress();

        /// Whether clients must, or may, show a certificate, where REST is encrypted.
        @WithDefault("none")
        ClientAuth clientAuth();

        /// Whether pages from other origins may read the answers.
        @WithDefault("false")
        boolean cors();
    }

    /// The gRPC port.
    interface Grpc {
        /// Where it listens; 0 turns it off.
        @WithDefault("8500")
        @WithConverter(OptionRanges.Port.class)
        int port();

        /// The address it listens on.
        @WithDefault("0.0.0.0")
        String host();

        /// A file with the text form of TensorFlow Serving's `SSLConfig`: key, certificate and authority as PEM
        /// text.
        Optional<String> sslConfig();

        /// Name of the `quarkus.tls` configuration to use; without it and without a file, plain text.
        Optional<String> tls();

        /// Whether clients must, or may, show a certificate.
        @WithDefault("none")
        ClientAuth clientAuth();

        /// Whether answers carry `tensor_content` instead of the typed lists.
        @WithDefault("false")
        boolean tensorContent();
    }

    /// TensorFlow Serving's API.
    interface Tfs {
        /// What becomes of values that the type of their input cannot hold: changed as TensorFlow Serving changes
        /// them, or refused.
        @WithDefault("reference")
        Coercion coercion();

        /// By model: which outputs classify and regress answer with, where their names and shapes do not tell.
        Map<String, Outputs> outputs();

        /// A file with the text form of TensorFlow Serving's `MonitoringConfig`; it overrides the path.
        Optional<String> monitoringConfig();

        /// Where the REST port shows metrics under TensorFlow Serving's names; nowhere if it is empty.
        @WithDefault(TfsMetricsRest.DEFAULT_PATH)
        Optional<String> metricsPath();
    }

    /// What the outputs of one model mean.
    interface Outputs {
        /// The output with a score per class.
        Optional<String> scores();

        /// The output with the classes.
        Optional<String> classes();

        /// The output with the value of a regression.
        Optional<String> value();

        /// Names of the classes, in the order of the scores' columns.
        Optional<List<String>> labels();
    }

    /// What requests may cost.
    interface Limits {
        /// Largest request body or message.
        @WithDefault("2147483639")
        @WithConverter(OptionRanges.Bytes.class)
        MemorySize requestBytes();

        /// What all requests together may hold; by default a quarter of the heap.
        Optional<@WithConverter(OptionRanges.Bytes.class) MemorySize> inFlightBytes();

        /// How long a request body or message may make no progress while it arrives.
        @WithDefault("30s")
        @WithConverter(OptionRanges.Patience.class)
        Duration stall();
    }

    /// Stopping.
    interface Shutdown {
        /// How long requests are still taken after the server was asked to stop and says that it is not ready
        /// any more.
        @WithDefault("1s")
        @WithConverter(OptionRanges.Wait.class)
        Duration delay();

        /// How long what is under way may take after that; then the process ends all the same.
        @WithDefault("25s")
        @WithConverter(OptionRanges.Wait.class)
        Duration timeout();
    }
}
