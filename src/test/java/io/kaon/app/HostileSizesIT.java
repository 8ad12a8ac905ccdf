package io.kaon.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.kaon.protocol.tfs.proto.PredictRequest;
import io.kaon.protocol.tfs.proto.PredictResponse;
import io.kaon.protocol.tfs.proto.PredictionServiceGrpc;
import io.kaon.testkit.GrpcTensors;
import io.kaon.testkit.RawConnection;
import io.kaon.testkit.ServerProcess;
import java.io.IOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Requests that are too large, or too many, or never end, against a server with a small heap and small limits.
/// It answers each with a clear error, and is alive and correct after it.
final class HostileSizesIT {
    @TempDir
    private static Path models;

    private static SmallServer server;

    @BeforeAll
    static void start() throws IOException {
        server = SmallServer.start(models);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @AfterEach
    void isAliveAndCorrect() {
        server.assertAliveAndCorrect();
    }

    @Test
    void refusesABodyThatDeclaresToBeTooLarge() throws IOException {
        for (String length : List.of("1073741824", "9223372036854775807")) {
            try (RawConnection connection = new RawConnection(server.http().restPort())) {
                String answer = connection
                        .send("POST /v1/models/m:predict HTTP/1.1\r\nHost: x\r\nContent-Length: " + length + "\r\n\r\n")
                        .answer();
                assertThat(answer).startsWith("HTTP/1.1 413 ").contains("at most " + SmallServer.REQUEST_LIMIT, length);
            }
        }
    }

    @Test
    void countsABodyWithoutALength() throws IOException {
        byte[] chunk = ("10000\r\n" + " ".repeat(0x10000) + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
        try (RawConnection connection = new RawConnection(server.http().restPort())) {
            connection.send("POST /v1/models/m:predict HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
            int sent = 0;
            try {
                for (; sent < 16 * SmallServer.REQUEST_LIMIT; sent += 0x10000) {
                    connection.send(chunk);
                }
            } catch (SocketException _) {
                // The server has answered and closed; what it said can still be read, or was lost with the reset.
                assertThat(sent).isGreaterThanOrEqualTo(SmallServer.REQUEST_LIMIT - 0x10000);
                return;
            }
            assertThat(connection.answer())
                    .startsWith("HTTP/1.1 413 ")
                    .contains("at most " + SmallServer.REQUEST_LIMIT);
        }
    }

    /// Each part that is kept costs a hundred times what it carries.
    @Test
    void takesABodyInChunksOfOneByte() throws IOException {
        String body = "{\"instances\":[" + " ".repeat(3_500_000) + "1]}";
        StringBuilder chunks = new StringBuilder(body.length() * 6);
        body.chars().forEach(c -> chunks.append("1\r\n").append((char) c).append("\r\n"));
        try (RawConnection connection = new RawConnection(server.http().restPort())) {
            connection.send("POST /v1/models/m:predict HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
            connection.send(chunks.toString());
            assertThat(connection.send("0\r\n\r\n").answer())
                    .startsWith("HTTP/1.1 200 ")
                    .contains("2.5");
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
                if (connection.isSilentFor(i < SmallServer.IN_FLIGHT_LIMIT / size ? 1 : 200)) {
                    held++;
                }
            }
            assertThat(held).isLessThanOrEqualTo(2 * SmallServer.IN_FLIGHT_LIMIT / size);
            assertThat(connections.getLast().answer())
                    .startsWith("HTTP/1.1 503 ")
                    .containsIgnoringCase("\r\nRetry-After: 1\r\n")
                    .contains("at most " + SmallServer.IN_FLIGHT_LIMIT + " bytes");
        } finally {
            for (RawConnection connection : connections) {
                connection.close();
            }
        }
    }

    /// All of a body but its last byte.
    private static RawConnection sendMost(int size) throws IOException {
        RawConnection connection = new RawConnection(server.http().restPort());
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
            try (RawConnection connection = new RawConnection(server.http().restPort())) {
                connection.send("POST /v1/models/m:predict HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n"
                        + " ".repeat(500_000));
            }
        }
    }

    @Test
    void refusesAGrpcMessageAboveTheLimit() {
        sendTooLargeAMessage();
    }

    private static void sendTooLargeAMessage() {
        assertThatThrownBy(server.predicting(
                        "m",
                        GrpcTensors.floats(
                                new float[SmallServer.REQUEST_LIMIT / 4 + 1], SmallServer.REQUEST_LIMIT / 4 + 1)))
                .satisfies(SmallServer.isStatus(
                        Status.Code.RESOURCE_EXHAUSTED, Integer.toString(SmallServer.REQUEST_LIMIT)));
    }

    /// gRPC itself logs two traces per call.
    @Test
    void logsFewLinesForMessagesAboveTheLimit() {
        int before = server.http().output().size();
        for (int i = 0; i < 20; i++) {
            sendTooLargeAMessage();
        }
        List<String> logged =
                server.http().output().subList(before, server.http().output().size());
        assertThat(logged).hasSizeLessThanOrEqualTo(2).noneMatch(line -> line.startsWith("\tat "));
    }

    /// The client ends the call when it sees how large the answer is.
    @Test
    void logsFewLinesForAnswersThatTheirClientRefuses() {
        int before = server.http().output().size();
        ManagedChannel small = NettyChannelBuilder.forAddress(
                        "127.0.0.1", server.http().grpcPort())
                .usePlaintext()
                .maxInboundMessageSize(1000)
                .build();
        int elements = SmallServer.REQUEST_LIMIT / Float.BYTES - 1000;
        var request = GrpcTensors.predict("m", "x", GrpcTensors.floats(new float[elements], elements));
        try {
            for (int i = 0; i < 20; i++) {
                assertThatThrownBy(() -> PredictionServiceGrpc.newBlockingStub(small)
                                .withDeadlineAfter(30, TimeUnit.SECONDS)
                                .predict(request))
                        .satisfies(SmallServer.isStatus(Status.Code.RESOURCE_EXHAUSTED, "1000"));
            }
        } finally {
            small.shutdownNow();
        }
        server.assertAliveAndCorrect();
        List<String> logged =
                server.http().output().subList(before, server.http().output().size());
        assertThat(logged).hasSizeLessThanOrEqualTo(2).noneMatch(line -> line.startsWith("\tat "));
    }

    /// On one connection, whose other calls go on.
    @Test
    void refusesMetadataThatAreTooLargeForThatCallAlone() {
        ManagedChannel channel = server.http().channel();
        try {
            for (int size : new int[] {30_000, 100_000, 500_000}) {
                Metadata metadata = new Metadata();
                metadata.put(Metadata.Key.of("note", Metadata.ASCII_STRING_MARSHALLER), "n".repeat(size));
                var request = GrpcTensors.predict("m", "x", GrpcTensors.floats(new float[] {4}, 1));
                var noted = PredictionServiceGrpc.newBlockingStub(channel)
                        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(metadata))
                        .withDeadlineAfter(30, TimeUnit.SECONDS);
                ListenableFuture<PredictResponse> beside =
                        PredictionServiceGrpc.newFutureStub(channel).predict(request);
                if (size < 64 << 10) {
                    assertThat(noted.predict(request).getOutputsCount()).isEqualTo(1);
                } else {
                    assertThatThrownBy(() -> noted.predict(request))
                            .satisfies(SmallServer.isStatus(Status.Code.RESOURCE_EXHAUSTED, "at most 65536 bytes"));
                }
                assertThat(Futures.getUnchecked(beside).getOutputsCount()).isEqualTo(1);
            }
        } finally {
            channel.shutdownNow();
        }
    }

    @Test
    void answersOrRefusesEachOfManyLargeGrpcMessagesAtOnce() throws Exception {
        int elements = SmallServer.REQUEST_LIMIT / Float.BYTES - 1000;
        var request = GrpcTensors.predict("m", "x", GrpcTensors.floats(new float[elements], elements));
        List<ListenableFuture<PredictResponse>> answers = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            answers.add(PredictionServiceGrpc.newFutureStub(server.channel())
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
                assertThat(refused.getCause())
                        .satisfies(SmallServer.isStatus(Status.Code.UNAVAILABLE, "bytes; try again later"));
            }
        }
        assertThat(answered).isPositive();
    }
}
