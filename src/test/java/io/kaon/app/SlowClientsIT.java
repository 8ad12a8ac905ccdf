package io.kaon.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.kaon.protocol.tfs.proto.PredictRequest;
import io.kaon.protocol.tfs.proto.PredictResponse;
import io.kaon.protocol.tfs.proto.PredictionServiceGrpc;
import io.kaon.tensor.Shape;
import io.kaon.testkit.GrpcTensors;
import io.kaon.testkit.OnnxModels;
import io.kaon.testkit.ServerProcess;
import io.kaon.testkit.Tensors;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongPredicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Clients that take their time to read large answers, or do not read them at all.
final class SlowClientsIT {
    private static final int ELEMENTS = 5_000_000;

    /// Each zero has a line of its own, as TensorFlow Serving writes them.
    private static final long ANSWER = 13L * ELEMENTS;

    private static final String BODY = "{\"inputs\":{\"x\":[" + ELEMENTS + "]}}";
    private static final String ASK =
            "POST /v1/models/zeros:predict HTTP/1.1\r\nHost: x\r\nContent-Length: " + BODY.length() + "\r\n\r\n" + BODY;

    @TempDir
    private Path models;

    @BeforeEach
    void write() throws IOException {
        OnnxModels.zeros().writeTo(Files.createDirectories(models.resolve("zeros/1")));
        OnnxModels.halfPlusTwo().writeTo(Files.createDirectories(models.resolve("m/1")));
    }

    @Test
    void sendsAnAnswerToItsEndAlthoughItIsStopped() throws IOException {
        try (ServerProcess server = ServerProcess.serve(models, "-Dkaon.shutdown.delay=0s");
                Socket client = connect(server.restPort())) {
            client.getOutputStream().write(ASK.getBytes(StandardCharsets.US_ASCII));
            InputStream answer = client.getInputStream();
            assertThat(answer.readNBytes(100)).hasSize(100);

            server.terminate();

            long read = 100;
            byte[] chunk = new byte[1 << 20];
            for (int count = answer.read(chunk); count >= 0; count = answer.read(chunk)) {
                read += count;
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
            }
            assertThat(read).isGreaterThan(ANSWER);
            assertThat(server.awaitExit()).isZero();
        }
    }

    @Test
    void sendsAnAnswerOverGrpcToItsEndAlthoughItIsStopped() throws Exception {
        try (ServerProcess server = ServerProcess.serve(models, "-Dkaon.shutdown.delay=0s")) {
            ManagedChannel channel = server.channel();
            try (Reader reader = new Reader(channel)) {
                awaitInFlight(server, bytes -> bytes >= 4L * ELEMENTS);
                server.terminate();
                assertThat(reader.end.isDone()).isFalse();
                LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
                reader.read();
                assertThat(reader.end.get(30, TimeUnit.SECONDS)).isEqualTo(Status.OK);
                assertThat(server.awaitExit()).isZero();
            } finally {
                channel.shutdownNow();
            }
        }
    }

    @Test
    void resetsAConnectionWhoseClientDoesNotReadTheAnswer() throws IOException {
        try (ServerProcess server = ServerProcess.serve(models, "-Dkaon.limits.stall=1s");
                Socket client = connect(server.restPort())) {
            client.getOutputStream().write(ASK.getBytes(StandardCharsets.US_ASCII));
            awaitInFlight(server, bytes -> bytes > 4L * ELEMENTS);

            awaitInFlight(server, bytes -> bytes == 0);

            assertThatThrownBy(() -> client.getInputStream().readAllBytes()).isInstanceOf(SocketException.class);
        }
    }

    /// A client that asks again and again and reads nothing.
    @Test
    void doesNotHearMoreRequestsOnAConnectionThatIsNotRead() throws IOException {
        try (ServerProcess server = ServerProcess.serve(models, "-Dkaon.limits.stall=1s");
                Socket client = connect(server.restPort())) {
            client.getOutputStream().write(ASK.repeat(50).getBytes(StandardCharsets.US_ASCII));
            awaitInFlight(server, bytes -> bytes > 4L * ELEMENTS);
            assertThat(server.metric("kaon_in_flight_bytes")).isLessThan(2 * ANSWER);
            awaitInFlight(server, bytes -> bytes == 0);
        }
    }

    /// Of a client that takes a little now and then, which is no stall.
    @Test
    void waitsForAClientThatReadsSlowly() throws IOException {
        try (ServerProcess server = ServerProcess.serve(models, "-Dkaon.limits.stall=1s");
                Socket client = connect(server.restPort())) {
            client.getOutputStream().write(ASK.getBytes(StandardCharsets.US_ASCII));
            long began = System.nanoTime();
            long read = 0;
            byte[] chunk = new byte[4 << 20];
            InputStream answer = client.getInputStream();
            while (read < ANSWER - chunk.length) {
                int count = answer.readNBytes(chunk, 0, chunk.length);
                assertThat(count).as("after %d bytes", read).isPositive();
                read += count;
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(300));
            }
            assertThat(System.nanoTime() - began).isGreaterThan(TimeUnit.SECONDS.toNanos(2));
        }
    }

    @Test
    void endsGrpcCallsWhoseClientDoesNotReadTheirAnswers() throws Exception {
        try (ServerProcess server = ServerProcess.serve(
                models, "-Dkaon.limits.stall=2s", "-Dkaon.limits.in-flight-bytes=" + 10 * 4L * ELEMENTS)) {
            ManagedChannel channel = server.channel();
            List<Reader> readers = new ArrayList<>();
            try {
                for (int i = 0; i < 9; i++) {
                    readers.add(new Reader(channel));
                }
                awaitInFlight(server, bytes -> bytes > 4L * ELEMENTS);
                // A small request is answered at any time, a large one as soon as they have been ended.
                assertThat(PredictionServiceGrpc.newBlockingStub(server.channel())
                                .withDeadlineAfter(10, TimeUnit.SECONDS)
                                .predict(GrpcTensors.predict("m", "x", GrpcTensors.floats(new float[] {4}, 1)))
                                .getOutputsCount())
                        .isEqualTo(1);
                awaitInFlight(server, bytes -> bytes == 0);
                for (Reader reader : readers) {
                    reader.read();
                    assertThat(reader.end.get(30, TimeUnit.SECONDS).getCode())
                            .isIn(Status.Code.CANCELLED, Status.Code.UNAVAILABLE);
                }
                // The connection is as good as before.
                try (Reader last = new Reader(channel)) {
                    last.read();
                    assertThat(last.end.get(30, TimeUnit.SECONDS)).isEqualTo(Status.OK);
                }
                assertThat(server.output()).noneMatch(line -> line.startsWith("\tat "));
            } finally {
                channel.shutdownNow();
            }
        }
    }

    /// A call whose answer is read when the test says so.
    private static final class Reader implements AutoCloseable {
        private final ClientCall<PredictRequest, PredictResponse> call;
        private final CompletableFuture<Status> end = new CompletableFuture<>();

        Reader(ManagedChannel channel) {
            call = channel.newCall(PredictionServiceGrpc.getPredictMethod(), CallOptions.DEFAULT);
            call.start(
                    new ClientCall.Listener<>() {
                        @Override
                        public void onClose(Status status, Metadata trailers) {
                            end.complete(status);
                        }
                    },
                    new Metadata());
            call.sendMessage(
                    GrpcTensors.predict("zeros", "x", GrpcTensors.values(Tensors.longs(Shape.of(1), ELEMENTS))));
            call.halfClose();
        }

        void read() {
            call.request(2);
        }

        @Override
        public void close() {
            call.cancel("the test is over", null);
        }
    }

    private static Socket connect(int port) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(30_000);
        return socket;
    }

    private static void awaitInFlight(ServerProcess server, LongPredicate wanted) {
        server.awaitMetric("kaon_in_flight_bytes", wanted);
    }
}
