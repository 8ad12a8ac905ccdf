package io.kaon.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.util.concurrent.ListenableFuture;
import com.google.protobuf.ByteString;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.kaon.protocol.tfs.proto.DataType;
import io.kaon.protocol.tfs.proto.PredictRequest;
import io.kaon.protocol.tfs.proto.PredictResponse;
import io.kaon.protocol.tfs.proto.PredictionServiceGrpc;
import io.kaon.protocol.tfs.proto.TensorProto;
import io.kaon.testkit.GrpcTensors;
import io.kaon.testkit.OnnxModels;
import io.kaon.testkit.OnnxType;
import io.kaon.testkit.RawConnection;
import io.kaon.testkit.ServerProcess;
import java.io.IOException;
import java.net.SocketException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Requests that no client should send, against a server with a small heap and small limits. It must answer
/// each with a
/// clear error, and be alive and correct after it.
final class HostileInputIT {
    private static final int REQUEST_LIMIT = 4 << 20;
    private static final int IN_FLIGHT_LIMIT = 16 << 20;

    @TempDir
    private static Path models;

    private static ServerProcess server;
    private static ManagedChannel channel;

    @BeforeAll
    static void start() throws IOException {
        OnnxModels.halfPlusTwo().writeTo(Files.createDirectories(models.resolve("m/1")));
        OnnxModels.sumAndDifference().writeTo(Files.createDirectories(models.resolve("pair/1")));
        OnnxModels.identity(OnnxType.tensor(io.kaon.tensor.DataType.STRING, "n"))
                .writeTo(Files.createDirectories(models.resolve("text/1")));
        server = ServerProcess.start(
                        List.of("-Xmx160m", "-XX:+ExitOnOutOfMemoryError"),
                        List.of(
                                models.toString(),
                                "-Dkaon.limits.request-bytes=" + REQUEST_LIMIT,
                                "-Dkaon.limits.in-flight-bytes=" + IN_FLIGHT_LIMIT),
                        Map.of())
                .awaitReady();
        channel = server.channel();
    }

    @AfterAll
    static void stop() {
        channel.shutdownNow();
        server.close();
    }

    @AfterEach
    void isAliveAndCorrect() {
        assertThat(server.post("/v1/models/m:predict", "{\"instances\":[2]}").body())
                .contains("3.0");
        assertThat(PredictionServiceGrpc.newBlockingStub(channel)
                        .predict(GrpcTensors.predict("m", "x", GrpcTensors.floats(new float[] {4}, 1)))
                        .getOutputsOrThrow("y")
                        .getFloatVal(0))
                .isEqualTo(4f);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
                    m    | nonsense                                     | JSON Parse error
                    m    | {"instances":[1,2                            | JSON Parse error
                    m    | [1]                                          | Is not object
                    m    | {"instances":["a"]}                          | not of expected type: float
                    m    | {"instances":[true]}                         | not of expected type: float
                    m    | {"instances":[[1,2],[3]]}                    | Expecting tensor size
                    m    | {"instances":[[1,2],[3,4]]}                  | expected FLOAT[-1], got FLOAT[2,2]
                    m    | {"inputs":5}                                 | expected FLOAT[-1], got FLOAT[]
                    m    | {"inputs":{"z":[1]}}                         | Missing named input: x
                    m    | {"instances":[{"x":1,"z":2}]}                | does not have named input
                    pair | {"instances":[{"a":[1,2]}]}                  | keys must be equal to
                    pair | {"instances":[{"a":[1,2,3],"b":[1,2,3]}]}    | expected FLOAT[-1,2], got FLOAT[1,3]
                    text | {"instances":[1]}                            | not of expected type: string
                    """)
    void refusesWhatContradictsTheSignature(String model, String body, String phrase) {
        HttpResponse<String> answer = server.post("/v1/models/" + model + ":predict", body);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).startsWith("{").contains("\"error\": ").contains(phrase);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[", "{\"a\":"})
    void refusesDeepNesting(String opening) {
        String body = "{\"instances\":" + opening.repeat(100_000);
        HttpResponse<String> answer = server.post("/v1/models/m:predict", body);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("JSON Parse error");
    }

    @Test
    void takesNotANumberAndInfinitiesForWhatTheyAre() {
        HttpResponse<String> answer =
                server.post("/v1/models/m:predict", "{\"instances\":[NaN, Infinity, -Infinity, 1e39]}");
        assertThat(answer.body().replaceAll("\\s", ""))
                .isEqualTo("{\"predictions\":[NaN,Infinity,-Infinity,Infinity]}");
    }

    @Test
    void refusesTextThatIsNotUtf8() throws IOException {
        byte[] invalid = {(byte) 0xff};
        try (RawConnection connection = new RawConnection(server.restPort())) {
            String head = "POST /v1/models/text:predict HTTP/1.1\r\nHost: x\r\nContent-Length: 19\r\n\r\n";
            String answer = connection
                    .send(head + "{\"instances\":[\"")
                    .send(invalid)
                    .send("\"]}")
                    .answer();
            assertThat(answer).startsWith("HTTP/1.1 400 ").contains("UTF-8");
        }
        TensorProto tensor = TensorProto.newBuilder()
                .setDtype(DataType.DT_STRING)
                .setTensorShape(GrpcTensors.shape(1))
                .addStringVal(ByteString.copyFrom(invalid))
                .build();
        assertThatThrownBy(predicting("text", tensor)).satisfies(isStatus(Status.Code.INVALID_ARGUMENT, "UTF-8"));
    }

    @Test
    void refusesABodyThatDeclaresToBeTooLarge() throws IOException {
        for (String length : List.of("1073741824", "9223372036854775807")) {
            try (RawConnection connection = new RawConnection(server.restPort())) {
                String answer = connection
                        .send("POST /v1/models/m:predict HTTP/1.1\r\nHost: x\r\nContent-Length: " + length + "\r\n\r\n")
                        .answer();
                assertThat(answer).startsWith("HTTP/1.1 413 ").contains("at most " + REQUEST_LIMIT, length);
            }
        }
    }

    @Test
    void refusesALengthThatIsNoNumber() throws IOException {
        try (RawConnection connection = new RawConnection(server.restPort())) {
            String answer = connection
                    .send(
                            "POST /v1/models/m:predict HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n")
                    .answer();
            assertThat(answer).startsWith("HTTP/1.1 400 ");
        }
    }

    @Test
    void refusesARequestWithoutAHost() throws IOException {
        try (RawConnection connection = new RawConnection(server.restPort())) {
            String answer =
                    connection.send("GET /v1/models/text HTTP/1.1\r\n\r\n").answer();
            assertThat(answer).startsWith("HTTP/1.1 400 ").contains("\"error\": \"expected a Host header");
        }
    }

    @Test
    void takesAWholeUrlAsTarget() throws IOException {
        try (RawConnection connection = new RawConnection(server.restPort())) {
            String answer = connection
                    .send("GET HTTP://elsewhere:80/v1/models/text HTTP/1.1\r\nHost: elsewhere\r\n\r\n")
                    .answer();
            assertThat(answer).startsWith("HTTP/1.1 200 ").contains("AVAILABLE");
        }
    }

    @Test
    void countsABodyWithoutALength() throws IOException {
        byte[] chunk = ("10000\r\n" + " ".repeat(0x10000) + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
        try (RawConnection connection = new RawConnection(server.restPort())) {
            connection.send("POST /v1/models/m:predict HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
            int sent = 0;
            try {
                for (; sent < 16 * REQUEST_LIMIT; sent += 0x10000) {
                    connection.send(chunk);
                }
            } catch (SocketException _) {
                // The server has answered and closed; what it said can still be read, or was lost with the reset.
                assertThat(sent).isGreaterThanOrEqualTo(REQUEST_LIMIT - 0x10000);
                return;
            }
            assertThat(connection.answer()).startsWith("HTTP/1.1 413 ").contains("at most " + REQUEST_LIMIT);
        }
    }

    @Test
    void refusesBodiesBeyondWhatAllMayHoldAtOnce() throws IOException {
        int size = 1 << 20;
        int held = 0;
        List<RawConnection> connections = new ArrayList<>();
        try {
            for (int i = 0; i < 300; i++) {
                RawConnection connection;
                try {
                    connection = sendMost(size);
                } catch (SocketException _) {
                    // Reset, because bytes were still on their way when the server had answered and closed.
                    continue;
                }
                connections.add(connection);
                if (connection.isSilentFor(i < IN_FLIGHT_LIMIT / size ? 1 : 200)) {
                    held++;
                }
            }
            assertThat(held).isLessThanOrEqualTo(2 * IN_FLIGHT_LIMIT / size);
            assertThat(connections.getLast().answer())
                    .startsWith("HTTP/1.1 503 ")
                    .containsIgnoringCase("\r\nRetry-After: 1\r\n")
                    .contains("at most " + IN_FLIGHT_LIMIT + " bytes");
        } finally {
            for (RawConnection connection : connections) {
                connection.close();
            }
        }
    }

    /// All of a body but its last byte.
    private static RawConnection sendMost(int size) throws IOException {
        RawConnection connection = new RawConnection(server.restPort());
        try {
            connection.send(
                    "POST /v1/models/m:predict HTTP/1.1\r\nHost: x\r\nContent-Length: " + (size + 1) + "\r\n\r\n");
            return connection.send(new byte[size]);
        } catch (SocketException reset) {
            connection.close();
            throw reset;
        }
    }

    @Test
    void givesUpOnABodyThatStalls() throws IOException {
        try (ServerProcess impatient = ServerProcess.serve(models, "-Dkaon.limits.stall=1s");
                RawConnection connection = new RawConnection(impatient.restPort())) {
            String answer = connection
                    .send("POST /v1/models/m:predict HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{\"inst")
                    .answer();
            assertThat(answer).startsWith("HTTP/1.1 408 ").contains("stalled", "6 bytes");
        }
    }

    @Test
    void givesUpOnAGrpcMessageThatNeverComes() throws Exception {
        try (ServerProcess impatient = ServerProcess.serve(models, "-Dkaon.limits.stall=1s")) {
            ManagedChannel patient = impatient.channel();
            CompletableFuture<Status> end = new CompletableFuture<>();
            // As a unary call it would not even send its headers before its message.
            ClientCall<PredictRequest, PredictResponse> call = patient.newCall(
                    PredictionServiceGrpc.getPredictMethod().toBuilder()
                            .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
                            .build(),
                    CallOptions.DEFAULT);
            call.start(
                    new ClientCall.Listener<>() {
                        @Override
                        public void onClose(Status status, Metadata trailers) {
                            end.complete(status);
                        }
                    },
                    new Metadata());
            Status status = end.get(30, TimeUnit.SECONDS);
            patient.shutdownNow();
            assertThat(status.getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
            assertThat(status.getDescription()).contains("stalled", "0 bytes");
        }
    }

    @Test
    void forgetsABodyWhoseClientLeaves() throws IOException {
        for (int i = 0; i < 100; i++) {
            try (RawConnection connection = new RawConnection(server.restPort())) {
                connection.send("POST /v1/models/m:predict HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n"
                        + " ".repeat(500_000));
            }
        }
    }

    @Test
    void refusesAGrpcTensorThatPromisesGigabytesInTenBytes() {
        TensorProto tensor = TensorProto.newBuilder()
                .setDtype(DataType.DT_FLOAT)
                .setTensorShape(GrpcTensors.shape(1L << 40))
                .addFloatVal(1)
                .build();
        assertThat(tensor.getSerializedSize()).isLessThan(30);
        assertThatThrownBy(predicting("m", tensor))
                .satisfies(isStatus(Status.Code.RESOURCE_EXHAUSTED, Long.toString(1L << 42)));
    }

    @Test
    void refusesAGrpcMessageAboveTheLimit() {
        assertThatThrownBy(predicting("m", GrpcTensors.floats(new float[REQUEST_LIMIT / 4 + 1], REQUEST_LIMIT / 4 + 1)))
                .satisfies(isStatus(Status.Code.RESOURCE_EXHAUSTED, Integer.toString(REQUEST_LIMIT)));
    }

    @Test
    void answersOrRefusesEachOfManyLargeGrpcMessagesAtOnce() throws Exception {
        int elements = REQUEST_LIMIT / Float.BYTES - 1000;
        var request = GrpcTensors.predict("m", "x", GrpcTensors.floats(new float[elements], elements));
        List<ListenableFuture<PredictResponse>> answers = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            answers.add(PredictionServiceGrpc.newFutureStub(channel)
                    .withDeadlineAfter(60, TimeUnit.SECONDS)
                    .predict(request));
        }
        int answered = 0;
        for (ListenableFuture<PredictResponse> answer : answers) {
            try {
                assertThat(answer.get().getOutputsOrThrow("y").getFloatValCount())
                        .isEqualTo(elements);
                answered++;
            } catch (ExecutionException refused) {
                assertThat(refused.getCause()).satisfies(isStatus(Status.Code.UNAVAILABLE, "bytes; try again later"));
            }
        }
        assertThat(answered).isPositive();
    }

    @Test
    void refusesAGrpcTensorOfTheWrongShape() {
        assertThatThrownBy(predicting("m", GrpcTensors.floats(new float[4], 2, 2)))
                .satisfies(isStatus(Status.Code.INVALID_ARGUMENT, "expected FLOAT[-1], got FLOAT[2,2]"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"..", "%2e%2e", "..%2F..%2Fetc", "m%2F1", "%00", "%0d%0aX-Evil%3A%201", "%ff"})
    void takesHostileModelNamesForNames(String name) throws IOException {
        try (RawConnection connection = new RawConnection(server.restPort())) {
            String answer = connection
                    .send("POST /v1/models/" + name + ":predict HTTP/1.1\r\nHost: x\r\nContent-Length: 17\r\n\r\n"
                            + "{\"instances\":[1]}")
                    .answer();
            assertThat(answer)
                    .startsWith("HTTP/1.1 404 ")
                    .contains("Servable not found")
                    .doesNotContain("X-Evil: 1\r\n");
        }
    }

    @Test
    void refusesATargetThatIsNoTarget() throws IOException {
        try (RawConnection connection = new RawConnection(server.restPort())) {
            assertThat(connection
                            .send("GET /v1/models/m% HTTP/1.1\r\nHost: x\r\n\r\n")
                            .answer())
                    .startsWith("HTTP/1.1 400 ");
        }
    }

    @Test
    void answersWhatIsNotTheApiWithAPage() {
        assertThat(server.get("/etc/passwd").statusCode()).isEqualTo(404);
        assertThat(server.send(HttpRequest.newBuilder(server.url("/v1/models/m"))
                                .DELETE()
                                .build())
                        .body())
                .contains("Malformed request: DELETE /v1/models/m");
    }

    private static ThrowingCallable predicting(String model, TensorProto tensor) {
        return () -> PredictionServiceGrpc.newBlockingStub(channel)
                .withDeadlineAfter(30, TimeUnit.SECONDS)
                .predict(GrpcTensors.predict(model, "x", tensor));
    }

    private static Consumer<Throwable> isStatus(Status.Code code, String phrase) {
        return failure -> {
            assertThat(failure).isInstanceOf(StatusRuntimeException.class);
            Status status = ((StatusRuntimeException) failure).getStatus();
            assertThat(status.getCode()).as(status.toString()).isEqualTo(code);
            assertThat(status.getDescription()).contains(phrase);
        };
    }
}
