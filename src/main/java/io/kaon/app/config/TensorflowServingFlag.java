package io.kaon.app.config;

import java.util.List;
import java.util.Optional;

/// TensorFlow Serving's command line: every flag of its `main.cc`, with what becomes of it here. People swap
/// the binary and keep the arguments, so none is unknown.
///
/// @param name as TensorFlow Serving spells it, without dashes
/// @param takes kind of value
/// @param standard TensorFlow Serving's default, as text; giving a flag this value never needs a word
/// @param fate what Kaon does with it
public record TensorflowServingFlag(String name, Takes takes, String standard, Fate fate) {
    /// Kind of value.
    public enum Takes {
        TEXT,
        /// A whole number.
        NUMBER,
        FRACTION,
        BOOL
    }

    /// What Kaon does with a flag.
    public sealed interface Fate {
        /// It sets this option of ours.
        record Sets(String property, String about) implements Fate {}

        /// It is one of the few that the command line itself understands.
        record Read(String about) implements Fate {}

        /// It is accepted, and has no effect here.
        record NoEffect(String why) implements Fate {}

        /// It would change what clients see, and is not built yet.
        record Refused(String why) implements Fate {}
    }

    private static final Fate.NoEffect NOT_OURS = new Fate.NoEffect(
            "it tunes TensorFlow in ways that are not offered here; threads are set with kaon.engine.*");
    private static final Fate.NoEffect EVENT_LOOPS = new Fate.NoEffect(
            "requests are served on event loops, one per processor; see quarkus.vertx.event-loops-pool-size");

    public static final List<TensorflowServingFlag> ALL = List.of(
            number("port", "8500", new Fate.Read("gRPC port; 0 turns gRPC off.")),
            text("grpc_socket_path", "", new Fate.Refused("gRPC over a Unix socket is not built")),
            number(
                    "rest_api_port",
                    "0",
                    new Fate.Read("REST port; 0 turns REST off. Unlike in TensorFlow Serving it is open by default.")),
            number("rest_api_num_threads", "", EVENT_LOOPS),
            number(
                    "rest_api_timeout_in_ms",
                    "30000",
                    new Fate.Read("How long a REST request may take; 0 or less for as long as it takes.")),
            bool(
                    "rest_api_enable_cors_support",
                    "false",
                    new Fate.Sets("kaon.rest.cors", "Lets pages from other origins read the answers.")),
            bool(
                    "enable_batching",
                    "false",
                    new Fate.Read(
                            "Merges requests without a proof that rows do not touch each other; by default with one.")),
            text(
                    "batching_parameters_file",
                    "",
                    new Fate.Read(
                            "How requests are merged, in TensorFlow Serving's text form; by default it is measured.")),
            bool(
                    "enable_per_model_batching_parameters",
                    "false",
                    new Fate.Sets(
                            "kaon.batch.per-model-parameters",
                            "The same from batching_params.pbtxt beside each model.")),
            bool(
                    "allow_version_labels_for_unavailable_models",
                    "false",
                    new Fate.Sets(
                            "kaon.model-config.labels-for-unavailable",
                            "Lets a reload put new labels on versions that do not serve yet.")),
            text(
                    "model_config_file",
                    "",
                    new Fate.Read("A list of models in TensorFlow Serving's text form, instead of a folder.")),
            number(
                    "model_config_file_poll_wait_seconds",
                    "0",
                    new Fate.Read("How often that file is read again; 0 for never.")),
            text("model_name", "default", new Fate.Read("Name of the one model at --model_base_path.")),
            text(
                    "model_base_path",
                    "",
                    new Fate.Read("Directory of the versions of one model: a path, or a location with a scheme.")),
            number(
                    "num_load_threads",
                    "0",
                    new Fate.Read("Versions loaded at the same time; 0 for one per processor.")),
            number("num_unload_threads", "0", new Fate.NoEffect("every version is unloaded on a thread of its own")),
            number(
                    "max_num_load_retries",
                    "5",
                    new Fate.NoEffect("a version that fails to load is retried for as long as it is wanted")),
            number(
                    "load_retry_interval_micros",
                    "60000000",
                    new Fate.NoEffect("a version that fails to load is retried after 1 s, doubling up to 5 min")),
            number(
                    "file_system_poll_wait_seconds",
                    "1",
                    new Fate.Read("How often to look for new versions; 0 for once at start, negative for never.")),
            bool(
                    "flush_filesystem_caches",
                    "true",
                    new Fate.NoEffect("Kaon keeps no cache of a file system that could be flushed")),
            number(
                    "tensorflow_session_parallelism",
                    "0",
                    new Fate.Read("Threads per operator and operators at a time; 0 for the default.")),
            number(
                    "tensorflow_intra_op_parallelism",
                    "0",
                    new Fate.Read("Threads that share one operator; 0 for the default.")),
            number(
                    "tensorflow_inter_op_parallelism",
                    "0",
                    new Fate.Read("Operators that run at the same time; 0 for the default.")),
            text("tensorflow_session_config_file", "", NOT_OURS),
            bool("use_alts_credentials", "false", new Fate.Refused("ALTS is not built")),
            text(
                    "ssl_config_file",
                    "",
                    new Fate.Read("Key and certificates for gRPC in TensorFlow Serving's text form.")),
            text("platform_config_file", "", NOT_OURS),
            new TensorflowServingFlag(
                    "per_process_gpu_memory_fraction",
                    Takes.FRACTION,
                    "0",
                    new Fate.NoEffect("a session on a GPU takes what it needs; see kaon.engine.cuda.memory-limit")),
            text(
                    "saved_model_tags",
                    "serve",
                    new Fate.Sets("kaon.engine.saved-model-tags", "Tags of the graph of a SavedModel to load.")),
            text(
                    "grpc_channel_arguments",
                    "",
                    new Fate.NoEffect("they name options of gRPC's C++ library; messages are limited by "
                            + "kaon.limits.request-bytes")),
            number("grpc_max_threads", "", EVENT_LOOPS),
            bool(
                    "enable_model_warmup",
                    "true",
                    new Fate.Sets(
                            "kaon.load.warm-up",
                            "Runs each version on zeros before it serves; recorded requests are not replayed yet.")),
            number(
                    "num_request_iterations_for_warmup",
                    "0",
                    new Fate.NoEffect("recorded requests are not replayed yet")),
            bool("version", "false", new Fate.Read("Prints the version and ends.")),
            text(
                    "monitoring_config_file",
                    "",
                    new Fate.Read("Where REST shows metrics, in TensorFlow Serving's text form.")),
            bool("remove_unused_fields_from_bundle_metagraph", "true", NOT_OURS),
            bool("prefer_tflite_model", "false", new Fate.NoEffect("there is no TensorFlow Lite engine")),
            number("num_tflite_pools", "", new Fate.NoEffect("there is no TensorFlow Lite engine")),
            number("num_tflite_interpreters_per_pool", "1", new Fate.NoEffect("there is no TensorFlow Lite engine")),
            bool("enable_signature_method_name_check", "false", NOT_OURS),
            bool("xla_cpu_compilation_enabled", "false", NOT_OURS),
            bool("xla_gpu_compilation_enabled", "false", NOT_OURS),
            bool("enable_profiler", "true", new Fate.NoEffect("there is no TensorFlow profiler service")),
            text("thread_pool_factory_config_file", "", NOT_OURS),
            text("mixed_precision", "", NOT_OURS),
            bool("skip_initialize_tpu", "false", new Fate.NoEffect("there are no TPUs")),
            bool("enable_grpc_healthcheck_service", "false", new Fate.NoEffect("grpc.health.v1 is always there")),
            bool(
                    "enable_serialization_as_tensor_content",
                    "false",
                    new Fate.Sets("kaon.grpc.tensor-content", "Answers over gRPC carry tensor_content.")));

    public static Optional<TensorflowServingFlag> named(String name) {
        return ALL.stream().filter(flag -> flag.name.equals(name)).findFirst();
    }

    private static TensorflowServingFlag text(String name, String standard, Fate fate) {
        return new TensorflowServingFlag(name, Takes.TEXT, standard, fate);
    }

    private static TensorflowServingFlag number(String name, String standard, Fate fate) {
        return new TensorflowServingFlag(name, Takes.NUMBER, standard, fate);
    }

    private static TensorflowServingFlag bool(String name, String standard, Fate fate) {
        return new TensorflowServingFlag(name, Takes.BOOL, standard, fate);
    }
}
