package io.kaon.protocol.tfs;

import io.grpc.Status;
import io.kaon.batch.BatchReport;
import io.kaon.model.VersionStatus;
import io.kaon.serving.ModelLease;
import io.kaon.serving.ServingModels;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// What TensorFlow Serving counts, counted here under the same names. Safe for use by all threads.
///
/// Every request is one [Call]. What belongs to one model is looked up once and kept, because looking up by labels
/// costs more than counting. Names that no model has are counted together under the empty name; TensorFlow Serving
/// keeps a counter for each, so a client could make it hold as many as it likes.
public final class TfsMetrics {
    /// A method as TensorFlow Serving's label `API` has it.
    enum Api {
        PREDICT("predict", "Predict"),
        CLASSIFY("classify", "Classify"),
        REGRESS("regress", "Regress"),
        MULTI_INFERENCE("multi_inference", "MultiInference"),
        /// Asking about models: counted, not timed.
        ABOUT("", "");

        private final String rest;
        private final String grpc;

        Api(String rest, String grpc) {
            this.rest = rest;
            this.grpc = grpc;
        }

        String label(Entrypoint entrypoint) {
            return switch (entrypoint) {
                case REST -> rest;
                case GRPC -> grpc;
            };
        }
    }

    /// Where a request came in.
    enum Entrypoint {
        REST,
        GRPC
    }

    /// @param engine null when no model was run
    private record Served(
            String model,
            Api api,
            Entrypoint entrypoint,
            @Nullable String engine) {
        // Written out for the native executable: see ModelId.
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Served served
                    && api == served.api
                    && entrypoint == served.entrypoint
                    && model.equals(served.model)
                    && Objects.equals(engine, served.engine);
        }

        @Override
        public int hashCode() {
            return 31 * (31 * (31 * model.hashCode() + api.hashCode()) + entrypoint.hashCode())
                    + Objects.hashCode(engine);
        }
    }

    /// Where successes of one kind are counted; times are null where there are none.
    private record Cells(
            CounterDataPoint requests,
            @Nullable DistributionDataPoint requestMicros,
            @Nullable DistributionDataPoint runMicros) {}

    private record Failed(String model, Status.Code code) {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Failed failed && code == failed.code && model.equals(failed.model);
        }

        @Override
        public int hashCode() {
            return 31 * model.hashCode() + code.hashCode();
        }
    }

    private static final double NANOS_PER_MICRO = 1000;

    /// TensorFlow Serving's name for it, unless its configuration chooses another.
    private static final String THREAD_POOL = "model_server_batch_threads";

    private final ServingModels models;
    private final LongSupplier clock;
    private final Map<TfsMetric, Counter> counters = new EnumMap<>(TfsMetric.class);
    private final Map<TfsMetric, Histogram> histograms = new EnumMap<>(TfsMetric.class);
    private final CounterDataPoint graphRuns;
    private final CounterDataPoint sessionRuns;
    private final CounterDataPoint graphRunMicros;
    private final DistributionDataPoint queued;
    private final CounterDataPoint wrappedRuns;
    private final DistributionDataPoint inputRows;
    private final DistributionDataPoint processedRows;
    private final Map<Served, Cells> cells = new ConcurrentHashMap<>();
    private final Map<Failed, CounterDataPoint> failures = new ConcurrentHashMap<>();

    /// @param models whose names are worth a counter
    /// @param clock nanoseconds
    public TfsMetrics(ServingModels models, LongSupplier clock) {
        this.models = models;
        this.clock = clock;
        for (TfsMetric metric : TfsMetric.values()) {
            switch (metric.kind()) {
                case COUNTER ->
                    counters.put(
                            metric,
                            Counter.builder()
                                    .name(metric.name())
                                    .labelNames(metric.labels().toArray(String[]::new))
                                    .withoutExemplars()
                                    .build());
                case MICROSECONDS -> histograms.put(metric, histogram(metric, 10, 1.8, 33));
                case COUNTS -> histograms.put(metric, histogram(metric, 1, 2, 15));
            }
        }
        graphRuns = counter(TfsMetric.GRAPH_RUNS).labelValues();
        sessionRuns = counter(TfsMetric.DIRECT_SESSION_RUNS).labelValues();
        graphRunMicros = counter(TfsMetric.GRAPH_RUN_TIME_USECS).labelValues();
        queued = histogram(TfsMetric.QUEUING_LATENCY).labelValues(THREAD_POOL);
        wrappedRuns = counter(TfsMetric.WRAPPED_RUN_COUNT).labelValues();
        inputRows = histogram(TfsMetric.INPUT_BATCH_SIZE).labelValues();
        processedRows = histogram(TfsMetric.PROCESSED_BATCH_SIZE).labelValues();
    }

    private static Histogram histogram(TfsMetric metric, double first, double growth, int count) {
        return Histogram.builder()
                .name(metric.name())
                .labelNames(metric.labels().toArray(String[]::new))
                .classicOnly()
                .classicExponentialUpperBounds(first, growth, count)
                .withoutExemplars()
                .build();
    }

    /// A version got another status. To be told of each, in order.
    public void changed(VersionStatus status) {
        boolean loaded = status.phase() == VersionStatus.Phase.AVAILABLE;
        boolean failed = status.phase() == VersionStatus.Phase.END && status.error() != null;
        if (loaded || failed) {
            counter(TfsMetric.LOAD_ATTEMPT_COUNT)
                    .labelValues(status.from(), loaded ? "success" : "fail")
                    .inc();
        }
        if (loaded) {
            counter(TfsMetric.LOAD_LATENCY)
                    .labelValues(status.from())
                    .inc(TimeUnit.NANOSECONDS.toMicros(status.loadTime().toNanos()));
        }
    }

    /// A batch has run. What TensorFlow Serving calls a batching session is there for every model.
    public void batched(BatchReport batch) {
        int executed = batch.rows() + batch.padding();
        queued.observe(batch.queuedNanos() / NANOS_PER_MICRO);
        wrappedRuns.inc();
        inputRows.observe(batch.rows());
        processedRows.observe(executed);
        if (batch.padding() > 0) {
            histogram(TfsMetric.PADDING_SIZE)
                    .labelValues(Integer.toString(executed))
                    .observe(batch.padding());
        }
    }

    /// TensorFlow Serving's page.
    public String page() {
        return TfsMetricsPage.write(counters, histograms);
    }

    private Counter counter(TfsMetric metric) {
        return Objects.requireNonNull(counters.get(metric));
    }

    private Histogram histogram(TfsMetric metric) {
        return Objects.requireNonNull(histograms.get(metric));
    }

    /// The name under which a model is counted.
    private String known(String name) {
        return models.names().contains(name) ? name : "";
    }

    private Cells cells(Served served) {
        Cells found = cells.get(served);
        if (found != null) {
            return found;
        }
        String name = known(served.model);
        String label = served.api.label(served.entrypoint);
        return cells.computeIfAbsent(
                new Served(name, served.api, served.entrypoint, served.engine),
                _ -> new Cells(
                        counter(TfsMetric.REQUEST_COUNT).labelValues(name, Status.Code.OK.name()),
                        served.api == Api.ABOUT
                                ? null
                                : histogram(TfsMetric.REQUEST_LATENCY)
                                        .labelValues(name, label, served.entrypoint.name()),
                        served.engine == null
                                ? null
                                : histogram(TfsMetric.RUNTIME_LATENCY).labelValues(name, label, served.engine)));
    }

    /// One request, from the door to the answer. For one thread at a time.
    final class Call {
        private final Entrypoint entrypoint;
        private final Api api;
        private final String model;
        private final long began = clock.getAsLong();
        private @Nullable String engine;
        private long runBegan;
        private long runEnded;

        /// @param model the name that the request gives; empty if it gives none
        Call(Entrypoint entrypoint, Api api, String model) {
            this.entrypoint = entrypoint;
            this.api = api;
            this.model = model;
        }

        /// So many examples are about to be inferred.
        void examples(int count) {
            String name = known(model);
            histogram(TfsMetric.REQUEST_EXAMPLE_COUNTS).labelValues(name).observe(count);
            counter(TfsMetric.REQUEST_EXAMPLE_COUNT_TOTAL).labelValues(name).inc(count);
        }

        /// The model is called.
        void runs(ModelLease lease) {
            engine = lease.engine();
            runBegan = clock.getAsLong();
        }

        /// The model has answered.
        void ran() {
            runEnded = clock.getAsLong();
        }

        void succeeded() {
            Cells cells = cells(new Served(model, api, entrypoint, engine));
            cells.requests.inc();
            if (cells.requestMicros != null) {
                cells.requestMicros.observe((clock.getAsLong() - began) / NANOS_PER_MICRO);
            }
            if (cells.runMicros != null) {
                double micros = (runEnded - runBegan) / NANOS_PER_MICRO;
                cells.runMicros.observe(micros);
                graphRuns.inc();
                sessionRuns.inc();
                graphRunMicros.inc((long) micros);
            }
        }

        /// @param code what the failure is over gRPC, also when it is told over REST
        void failed(Status.Code code) {
            failures.computeIfAbsent(
                            new Failed(known(model), code),
                            failed -> counter(TfsMetric.REQUEST_COUNT).labelValues(failed.model, failed.code.name()))
                    .inc();
        }
    }
}
