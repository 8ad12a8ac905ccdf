package io.kaon.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.kaon.protocol.tfs.proto.PredictionServiceGrpc;
import io.kaon.testkit.GrpcTensors;
import io.kaon.testkit.SavedModels;
import io.kaon.testkit.ServerProcess;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A SavedModel in front of the packaged program, which has TensorFlow or was built without it.
final class SavedModelIT {
    @TempDir
    private Path folder;

    @BeforeEach
    void write() throws IOException {
        SavedModels.halfPlusTwo().writeTo(Files.createDirectories(folder.resolve("half/1")));
    }

    @Test
    void isServedWhereTensorflowIsIn() {
        assumeFalse(ServerProcess.isExecutable(), "the native executable leaves TensorFlow out");
        try (ServerProcess server = ServerProcess.serve(folder)) {
            assertThat(server.post("/v1/models/half:predict", "{\"instances\":[2]}")
                            .body())
                    .contains("3.0");
        }
    }

    /// TensorFlow Serving's documentation asks its example, which is declared for one number, for three.
    @Test
    void leavesShapesToTensorflow() throws IOException {
        assumeFalse(ServerProcess.isExecutable(), "the native executable leaves TensorFlow out");
        SavedModels.halfPlusTwoDeclaredForOne().writeTo(Files.createDirectories(folder.resolve("one/1")));
        SavedModels.product().writeTo(Files.createDirectories(folder.resolve("product/1")));
        try (ServerProcess server = ServerProcess.serve(folder)) {
            HttpResponse<String> rows = server.post("/v1/models/one:predict", "{\"instances\":[1.0,2.0,5.0]}");
            assertThat(squeezed(rows)).isEqualTo("{\"predictions\":[2.5,3.0,4.5]}");
            HttpResponse<String> columns = server.post("/v1/models/one:predict", "{\"inputs\":[[1.0,2.0,5.0]]}");
            assertThat(squeezed(columns)).isEqualTo("{\"outputs\":[[2.5,3.0,4.5]]}");
            HttpResponse<String> refused = server.post("/v1/models/product:predict", "{\"instances\":[[1,2,3]]}");
            assertThat(refused.statusCode()).isEqualTo(400);
            assertThat(refused.body()).contains("input `x` is declared as FLOAT[-1,2], got FLOAT[1,3]");
            ManagedChannel channel = server.channel();
            try {
                assertThatThrownBy(() -> PredictionServiceGrpc.newBlockingStub(channel)
                                .predict(GrpcTensors.predict("product", "x", GrpcTensors.floats(new float[2], 2))))
                        .satisfies(SmallServer.isStatus(Status.Code.INVALID_ARGUMENT, "got FLOAT[2]"));
            } finally {
                channel.shutdownNow();
            }
        }
    }

    private static String squeezed(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.body().replaceAll("\\s", "");
    }

    @Test
    void namesTheImageWhereTensorflowIsLeftOut() {
        assumeTrue(ServerProcess.isExecutable(), "the jar has TensorFlow");
        try (ServerProcess server = ServerProcess.serve(folder)) {
            assertThat(server.get("/v1/models/half").body())
                    .contains("UNIMPLEMENTED")
                    .contains("use the JVM image");
            assertThat(server.output()).anyMatch(line -> line.contains("use the JVM image"));
        }
    }
}
