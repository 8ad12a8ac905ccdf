package io.kaon.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.CallOptions;
import io.grpc.Compressor;
import io.grpc.CompressorRegistry;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.MethodDescriptor;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.reflection.v1.ServiceResponse;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import io.kaon.protocol.tfs.proto.PredictResponse;
import io.kaon.protocol.tfs.proto.PredictionServiceGrpc;
import io.kaon.testkit.GrpcTensors;
import io.kaon.testkit.OnnxModels;
import io.kaon.testkit.ServerProcess;
import io.kaon.testkit.Tensors;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the gRPC port offers beside TensorFlow Serving's services.
final class GrpcServicesIT {
    @TempDir
    private Path models;

    private ServerProcess server;
    private ManagedChannel channel;

    @BeforeEach
    void start() throws IOException {
        OnnxModels.halfPlusTwo().writeTo(Files.createDirectories(models.resolve("m/1")));
        server = ServerProcess.serve(models);
        channel = server.channel();
    }

    @AfterEach
    void stop() {
        channel.shutdownNow();
        server.close();
    }

    @Test
    void saysThatItServesUntilItStops() {
        for (String service : List.of("", "PredictionService", "tensorflow.serving.ModelService")) {
            assertThat(HealthGrpc.newBlockingStub(channel)
                            .check(HealthCheckRequest.newBuilder()
                                    .setService(service)
                                    .build())
                            .getStatus())
                    .isEqualTo(ServingStatus.SERVING);
        }
        assertThatThrownBy(() -> HealthGrpc.newBlockingStub(channel)
                        .check(HealthCheckRequest.newBuilder()
                                .setService("nope")
                                .build()))
                .hasMessageContaining("NOT_FOUND");

        Iterator<HealthCheckResponse> watch = HealthGrpc.newBlockingStub(channel)
                .withDeadlineAfter(30, TimeUnit.SECONDS)
                .watch(HealthCheckRequest.getDefaultInstance());
        assertThat(watch.next().getStatus()).isEqualTo(ServingStatus.SERVING);
        server.terminate();
        assertThat(watch.next().getStatus()).isEqualTo(ServingStatus.NOT_SERVING);
        assertThatThrownBy(watch::next).hasMessageContaining("the server is stopping");
        assertThat(server.awaitExit()).isZero();
    }

    /// The libraries for C++ and Python can compress so; that for Java has to be taught.
    @Test
    void readsMessagesInZlibsFormat() {
        CompressorRegistry compressors = CompressorRegistry.newEmptyInstance();
        compressors.register(new Deflate());
        ManagedChannel deflating = ManagedChannelBuilder.forTarget(channel.authority())
                .usePlaintext()
                .compressorRegistry(compressors)
                .build();
        try {
            PredictResponse answer = PredictionServiceGrpc.newBlockingStub(deflating)
                    .withCompression("deflate")
                    .predict(GrpcTensors.predict("m", "x", GrpcTensors.values(Tensors.floats(2, 3))));
            assertThat(answer.getOutputsOrThrow("y").getFloatValList()).containsExactly(3f, 3.5f);
        } finally {
            deflating.shutdownNow();
        }
    }

    private static final class Deflate implements Compressor {
        @Override
        public String getMessageEncoding() {
            return "deflate";
        }

        @Override
        public OutputStream compress(OutputStream plain) {
            return new DeflaterOutputStream(plain);
        }
    }

    @Test
    void namesItsServicesToAnyClientThatAsks() throws Exception {
        ServerReflectionResponse answer = reflect(request -> request.setListServices(""));
        assertThat(answer.getListServicesResponse().getServiceList().stream().map(ServiceResponse::getName))
                .contains(
                        "tensorflow.serving.PredictionService",
                        "tensorflow.serving.ModelService",
                        "grpc.health.v1.Health");
        assertThat(reflect(request -> request.setFileContainingSymbol("tensorflow.serving.PredictRequest"))
                        .getFileDescriptorResponse()
                        .getFileDescriptorProtoCount())
                .isPositive();
    }

    /// The messages are the same under both names.
    @Test
    void answersReflectionUnderTheNameThatItHadBefore() {
        MethodDescriptor<ServerReflectionRequest, ServerReflectionResponse> before =
                ServerReflectionGrpc.getServerReflectionInfoMethod().toBuilder()
                        .setFullMethodName("grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo")
                        .build();
        Iterator<ServerReflectionResponse> answers = ClientCalls.blockingServerStreamingCall(
                channel,
                before.toBuilder()
                        .setType(MethodDescriptor.MethodType.SERVER_STREAMING)
                        .build(),
                CallOptions.DEFAULT.withDeadlineAfter(30, TimeUnit.SECONDS),
                ServerReflectionRequest.newBuilder().setListServices("").build());
        assertThat(answers.next().getListServicesResponse().getServiceList())
                .extracting(ServiceResponse::getName)
                .contains("tensorflow.serving.PredictionService");
    }

    private ServerReflectionResponse reflect(
            Function<ServerReflectionRequest.Builder, ServerReflectionRequest.Builder> question) throws Exception {
        CompletableFuture<ServerReflectionResponse> answer = new CompletableFuture<>();
        StreamObserver<ServerReflectionRequest> questions = ServerReflectionGrpc.newStub(channel)
                .serverReflectionInfo(new StreamObserver<>() {
                    @Override
                    public void onNext(ServerReflectionResponse response) {
                        answer.complete(response);
                    }

                    @Override
                    public void onError(Throwable failure) {
                        answer.completeExceptionally(failure);
                    }

                    @Override
                    public void onCompleted() {
                        answer.completeExceptionally(new IllegalStateException("no answer"));
                    }
                });
        questions.onNext(question.apply(ServerReflectionRequest.newBuilder()).build());
        ServerReflectionResponse response = answer.get(30, TimeUnit.SECONDS);
        questions.onCompleted();
        return response;
    }
}
