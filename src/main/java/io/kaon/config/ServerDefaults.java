package io.kaon.config;

import java.time.Duration;

/// What a server does unless it is told otherwise, as far as others build on it: its images open these ports,
/// and the Kubernetes documents ask these paths and wait for these times. `ServerDefaultsTest` holds every
/// other place that must say the same to this one, such as annotations, which can only take text.
///
/// @param restPort where REST is answered
/// @param grpcPort where gRPC is answered
/// @param managementPort where health and metrics are told
/// @param startedPath answers 200 once every model was tried
/// @param readyPath answers 200 while requests should be sent here
/// @param livePath answers 200 unless only a restart helps
/// @param metricsPath on the management port
/// @param shutdownDelay how long requests are still taken after SIGTERM
/// @param shutdownTimeout how long what is under way may take after that
public record ServerDefaults(
        int restPort,
        int grpcPort,
        int managementPort,
        String startedPath,
        String readyPath,
        String livePath,
        String metricsPath,
        Duration shutdownDelay,
        Duration shutdownTimeout) {
    public static final ServerDefaults STANDARD = new ServerDefaults(
            8501,
            8500,
            9000,
            "/q/health/started",
            "/q/health/ready",
            "/q/health/live",
            "/q/metrics",
            Duration.ofSeconds(1),
            Duration.ofSeconds(25));
}
