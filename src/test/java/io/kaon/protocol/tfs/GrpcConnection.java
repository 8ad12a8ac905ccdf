package io.kaon.protocol.tfs;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.kaon.lifecycle.declaration.DesiredModels;
import io.kaon.lifecycle.declaration.OptionsByModel;
import io.kaon.protocol.tfs.proto.ModelServiceGrpc;
import io.kaon.protocol.tfs.proto.ModelSpec;
import io.kaon.protocol.tfs.proto.PredictionServiceGrpc;
import io.kaon.protocol.tfs.proto.TensorShapeProto;
import io.kaon.serving.InFlightBytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/// Both services, and a client of theirs, over the loopback interface.
final class GrpcConnection {
    static final int INPUT_BYTES = 1 << 16;

    /// How many results have completed on the caller.
    final AtomicInteger onCaller = new AtomicInteger();

    final PredictionServiceGrpc.PredictionServiceBlockingStub prediction;
    final PredictionServiceGrpc.PredictionServiceFutureStub futurePrediction;
    final ModelServiceGrpc.ModelServiceBlockingStub model;

    private final Server server;
    private final ManagedChannel channel;

    /// Without a reconciler that carries out what is declared.
    GrpcConnection(ServedModels served, boolean tensorContent) {
        this(
                served,
                tensorContent,
                DesiredModels.of(),
                new TfsReloadGuard(TfsReloadGuard.Access.LOCAL, Optional.empty(), List.of()));
    }

    GrpcConnection(ServedModels served, boolean tensorContent, DesiredModels desired, TfsReloadGuard guard) {
        try {
            server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                    .directExecutor()
                    .addService(new TfsPredictionGrpc(
                                    served.models,
                                    new TfsGrpcOptions(
                                            new InFlightBytes(INPUT_BYTES), tensorContent, Coercion.REFERENCE),
                                    () -> task -> {
                                        onCaller.incrementAndGet();
                                        task.run();
                                    },
                                    new TfsMetrics(served.models, served.clock::get),
                                    served.clock::get)
                            .bind())
                    .addService(new TfsModelGrpc(
                                    served.models,
                                    new TfsModelConfig(Set.of("fake"), OptionsByModel.defaults()),
                                    new TfsReload(desired, served.models),
                                    TfsReload.NewLabels.FOR_AVAILABLE_VERSIONS,
                                    guard)
                            .bind())
                    .build()
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        channel = NettyChannelBuilder.forAddress(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getPort()))
                .usePlaintext()
                .build();
        prediction = PredictionServiceGrpc.newBlockingStub(channel);
        futurePrediction = PredictionServiceGrpc.newFutureStub(channel);
        model = ModelServiceGrpc.newBlockingStub(channel);
    }

    void close() throws InterruptedException {
        channel.shutdownNow();
        server.shutdownNow().awaitTermination();
    }

    static void assertFails(Runnable call, Status.Code code, String message) {
        assertThatThrownBy(call::run)
                .asInstanceOf(type(StatusRuntimeException.class))
                .extracting(
                        failure -> failure.getStatus().getCode(),
                        failure -> failure.getStatus().getDescription())
                .containsExactly(code, message);
    }

    static ModelSpec.Builder spec(String name) {
        return ModelSpec.newBuilder().setName(name);
    }

    static TensorShapeProto shape(long... dims) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
        for (long dim : dims) {
            shape.addDimBuilder().setSize(dim);
        }
        return shape.build();
    }
}
