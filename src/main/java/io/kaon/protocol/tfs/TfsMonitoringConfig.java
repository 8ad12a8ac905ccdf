package io.kaon.protocol.tfs;

import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.protocol.tfs.proto.MonitoringConfig;
import io.kaon.protocol.tfs.proto.PrometheusConfig;
import java.util.Optional;

/// TensorFlow Serving's monitoring configuration: whether there is a metrics page, and where.
public final class TfsMonitoringConfig {
    private TfsMonitoringConfig() {}

    /// @param text a `MonitoringConfig` in protobuf's text form
    /// @return the path of the metrics page; nothing if it is off
    /// @throws ServingException INVALID_REQUEST
    public static Optional<String> metricsPath(String text) {
        PrometheusConfig prometheus =
                ProtoText.read(text, MonitoringConfig.newBuilder()).getPrometheusConfig();
        String path = prometheus.getPath().isEmpty() ? TfsMetricsRest.DEFAULT_PATH : prometheus.getPath();
        if (!path.startsWith("/")) {
            throw new ServingException(
                    ErrorKind.INVALID_REQUEST,
                    "prometheus_config.path: expected a path that begins with /, got " + path);
        }
        return prometheus.getEnable() ? Optional.of(path) : Optional.empty();
    }
}
