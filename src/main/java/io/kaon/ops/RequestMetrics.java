package io.kaon.ops;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

/// Counts requests that failed, whether or not a model was found for them, by protocol and status: what clients choose,
/// such as names of models, is no label. Requests that succeed are not looked up. Safe for use by all threads.
public final class RequestMetrics {
    private static final int FIRST_FAILURE = 400;

    private final Counter failures;

    public RequestMetrics(PrometheusRegistry registry) {
        failures = Counter.builder()
                .name("kaon_failed_requests_total")
                .help("Requests that ended with a status of failure, by protocol.")
                .labelNames("protocol", "status")
                .withoutExemplars()
                .register(registry);
    }

    /// A request over REST was answered.
    ///
    /// @param status of HTTP
    public void restEnded(int status) {
        if (status >= FIRST_FAILURE) {
            failures.labelValues("rest", Integer.toString(status)).inc();
        }
    }

    /// A call over gRPC failed.
    ///
    /// @param code name of its status, for example `NOT_FOUND`
    public void grpcFailed(String code) {
        failures.labelValues("grpc", code).inc();
    }
}
