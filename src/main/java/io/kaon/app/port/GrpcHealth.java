package io.kaon.app.port;

import io.grpc.BindableService;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.protobuf.services.HealthStatusManager;
import java.util.List;

/// `grpc.health.v1`: what readiness says on the management port, for clients and balancers that ask over gRPC. Known by
/// the names that TensorFlow Serving has for it, and by the services' full names.
final class GrpcHealth {
    private static final List<String> NAMES = List.of(
            HealthStatusManager.SERVICE_NAME_ALL_SERVICES,
            "PredictionService",
            "ModelService",
            "tensorflow.serving.PredictionService",
            "tensorflow.serving.ModelService");

    private final HealthStatusManager health = new HealthStatusManager();

    GrpcHealth() {
        NAMES.forEach(name -> health.setStatus(name, ServingStatus.NOT_SERVING));
    }

    BindableService service() {
        return health.getHealthService();
    }

    void ready() {
        NAMES.forEach(name -> health.setStatus(name, ServingStatus.SERVING));
    }

    /// For good: what comes after this changes nothing any more.
    void stopping() {
        health.enterTerminalState();
    }
}
