package io.kaon.app.port;

import io.grpc.Metadata;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import io.kaon.ops.RequestMetrics;

/// Counts the calls that fail, also those that gRPC refuses before a service hears of them. It keeps nothing of a call,
/// so one tracer serves all.
public final class GrpcFailures extends ServerStreamTracer.Factory {
    private final ServerStreamTracer tracer;

    public GrpcFailures(RequestMetrics metrics) {
        tracer = new ServerStreamTracer() {
            @Override
            public void streamClosed(Status status) {
                if (!status.isOk()) {
                    metrics.grpcFailed(status.getCode().name());
                }
            }
        };
    }

    @Override
    public ServerStreamTracer newServerStreamTracer(String fullMethodName, Metadata headers) {
        return tracer;
    }
}
