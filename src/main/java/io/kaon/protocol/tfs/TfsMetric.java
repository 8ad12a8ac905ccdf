package io.kaon.protocol.tfs;

import java.util.List;

/// TensorFlow Serving's metrics, by the names that its Prometheus page has: slashes become colons, so each begins
/// with one. Dashboards and recording rules of people who move over hold these names. Names, labels and buckets
/// are those of TensorFlow Serving's `servables/tensorflow/util.cc` and of TensorFlow's own monitoring.
enum TfsMetric {
    /// By name and outcome; the outcome is a gRPC code, over REST too.
    REQUEST_COUNT(Kind.COUNTER, ":tensorflow:serving:request_count", "model_name", "status"),
    /// Microseconds from the call to the answer; successes only.
    REQUEST_LATENCY(Kind.MICROSECONDS, ":tensorflow:serving:request_latency", "model_name", "API", "entrypoint"),
    /// Microseconds of queue and run.
    RUNTIME_LATENCY(Kind.MICROSECONDS, ":tensorflow:serving:runtime_latency", "model_name", "API", "runtime"),
    REQUEST_EXAMPLE_COUNTS(Kind.COUNTS, ":tensorflow:serving:request_example_counts", "model"),
    REQUEST_EXAMPLE_COUNT_TOTAL(Kind.COUNTER, ":tensorflow:serving:request_example_count_total", "model"),
    /// Nothing logs requests here: always empty.
    REQUEST_LOG_COUNT(Kind.COUNTER, ":tensorflow:serving:request_log_count", "model_name", "status_code"),
    /// No recorded requests are replayed here: always empty.
    MODEL_WARMUP_LATENCY(Kind.MICROSECONDS, ":tensorflow:serving:model_warmup_latency", "model_path", "status"),
    MODEL_WARMUP_RECORDS_READ(Kind.COUNTER, ":tensorflow:serving:model_warmup_records_read", "model_path"),
    /// Microseconds in the queue. Like the next four, of every batch of every model, also of one request.
    QUEUING_LATENCY(Kind.MICROSECONDS, ":tensorflow:serving:batching_session:queuing_latency", "thread_pool_name"),
    WRAPPED_RUN_COUNT(Kind.COUNTER, ":tensorflow:serving:batching_session:wrapped_run_count"),
    PADDING_SIZE(Kind.COUNTS, ":tensorflow:serving:batching_session:padding_size", "execution_batch_size"),
    INPUT_BATCH_SIZE(Kind.COUNTS, ":tensorflow:serving:batching_session:input_batch_size"),
    PROCESSED_BATCH_SIZE(Kind.COUNTS, ":tensorflow:serving:batching_session:processed_batch_size"),
    LOAD_ATTEMPT_COUNT(Kind.COUNTER, ":tensorflow:cc:saved_model:load_attempt_count", "model_path", "status"),
    /// Microseconds; a counter in TensorFlow Serving too.
    LOAD_LATENCY(Kind.COUNTER, ":tensorflow:cc:saved_model:load_latency", "model_path"),
    /// Loading has no stages here: always empty.
    LOAD_LATENCY_BY_STAGE(Kind.MICROSECONDS, ":tensorflow:cc:saved_model:load_latency_by_stage", "model_path", "stage"),
    GRAPH_RUNS(Kind.COUNTER, ":tensorflow:core:graph_runs"),
    GRAPH_RUN_TIME_USECS(Kind.COUNTER, ":tensorflow:core:graph_run_time_usecs"),
    DIRECT_SESSION_RUNS(Kind.COUNTER, ":tensorflow:core:direct_session_runs");

    /// What is behind a name.
    enum Kind {
        COUNTER,
        /// A histogram with buckets of 10 µs times powers of 1.8, about twenty minutes in all.
        MICROSECONDS,
        /// A histogram with buckets of powers of two.
        COUNTS
    }

    private final Kind kind;
    private final String title;
    private final String labels;

    TfsMetric(Kind kind, String title, String... labels) {
        this.kind = kind;
        this.title = title;
        this.labels = String.join(",", labels);
    }

    Kind kind() {
        return kind;
    }

    /// The name on the page.
    String title() {
        return title;
    }

    /// In TensorFlow Serving's order.
    List<String> labels() {
        return labels.isEmpty() ? List.of() : List.of(labels.split(",", -1));
    }
}
