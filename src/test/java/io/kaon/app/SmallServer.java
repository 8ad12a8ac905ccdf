package io.kaon.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.kaon.protocol.tfs.proto.PredictionServiceGrpc;
import io.kaon.protocol.tfs.proto.TensorProto;
import io.kaon.tensor.DataType;
import io.kaon.testkit.GrpcTensors;
import io.kaon.testkit.OnnxModels;
import io.kaon.testkit.OnnxType;
import io.kaon.testkit.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/// A server with a small heap and small limits, for requests that no client should send.
///
/// Its models: `m` halves and adds two, `pair` adds and subtracts rows of two, `text` answers its strings.
record SmallServer(ServerProcess http, ManagedChannel channel) implements AutoCloseable {
    static final int REQUEST_LIMIT = 4 << 20;
    static final int IN_FLIGHT_LIMIT = 16 << 20;

    /// @param models an empty folder
    static SmallServer start(Path models) throws IOException {
        OnnxModels.halfPlusTwo().writeTo(Files.createDirectories(models.resolve("m/1")));
        OnnxModels.sumAndDifference().writeTo(Files.createDirectories(models.resolve("pair/1")));
        OnnxModels.identity(OnnxType.tensor(DataType.STRING, "n"))
                .writeTo(Files.createDirectories(models.resolve("text/1")));
        ServerProcess process = ServerProcess.start(
                        List.of("-Xmx160m", "-XX:+ExitOnOutOfMemoryError"),
                        List.of(
                                models.toString(),
                                "-Dkaon.limits.request-bytes=" + REQUEST_LIMIT,
                                "-Dkaon.limits.in-flight-bytes=" + IN_FLIGHT_LIMIT),
                        Map.of())
                .awaitReady();
        return new SmallServer(process, process.channel());
    }

    void assertAliveAndCorrect() {
        assertThat(http.post("/v1/models/m:predict", "{\"instances\":[2]}").body())
                .contains("3.0");
        assertThat(PredictionServiceGrpc.newBlockingStub(channel)
                        .predict(GrpcTensors.predict("m", "x", GrpcTensors.floats(new float[] {4}, 1)))
                        .getOutputsOrThrow("y")
                        .getFloatVal(0))
                .isEqualTo(4f);
    }

    /// A call over gRPC, to be made by the test that knows what becomes of it.
    ThrowingCallable predicting(String model, TensorProto tensor) {
        return () -> PredictionServiceGrpc.newBlockingStub(channel)
                .withDeadlineAfter(30, TimeUnit.SECONDS)
                .predict(GrpcTensors.predict(model, "x", tensor));
    }

    static Consumer<Throwable> isStatus(Status.Code code, String phrase) {
        return failure -> {
            assertThat(failure).isInstanceOf(StatusRuntimeException.class);
            Status status = ((StatusRuntimeException) failure).getStatus();
            assertThat(status.getCode()).as(status.toString()).isEqualTo(code);
            assertThat(status.getDescription()).contains(phrase);
        };
    }

    @Override
    public void close() {
        channel.shutdownNow();
        http.close();
    }
}
