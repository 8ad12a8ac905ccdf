package io.kaon.app;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import io.kaon.protocol.tfs.proto.PredictRequest;
import io.kaon.protocol.tfs.proto.PredictResponse;
import io.kaon.protocol.tfs.proto.PredictionServiceGrpc;
import io.kaon.tensor.Shape;
import io.kaon.testkit.GrpcTensors;
import io.kaon.testkit.RawConnection;
import io.kaon.testkit.Tensors;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.GZIPOutputStream;

/// Clients that want more than their share of a server: so many of each kind at once, each again and again, in a
/// process of their own. When its input ends, it prints how often each kind has acted, and ends.
///
/// Arguments: the port of REST, that of gRPC, clients of each kind, and a pattern for the kinds.
final class GreedyClients {
    private static final int QUESTIONS = 200;
    private static final int ELEMENTS = 2_000_000;
    private static final String ZEROS = "{\"inputs\":{\"x\":[" + ELEMENTS + "]}}";

    // Made once, so that they are busy with sending.
    private static final byte[] CHUNKS = "1\r\n \r\n".repeat(10_000).getBytes(StandardCharsets.ISO_8859_1);
    private static final byte[] BOMB = bomb();
    private static final String ROW = "[" + String.join(",", Collections.nCopies(256, "1")) + "]";
    private static final String MANY_ROWS =
            "{\"instances\":[" + String.join(",", Collections.nCopies(1000, ROW)) + "]}";

    private GreedyClients() {}

    /// Whom they ask.
    private record Server(int rest, int grpc) {}

    /// What a client does again and again; it may fail as it likes.
    private interface Greed {
        void act(Server server, ManagedChannel channel) throws IOException;
    }

    private static final Map<String, Greed> KINDS = Map.of(
            "REST, does not read", GreedyClients::ignoreAnAnswer,
            "gRPC, does not read", GreedyClients::ignoreAnswersOverGrpc,
            "reflection without end", GreedyClients::reflect,
            "spaces in Accept-Encoding", GreedyClients::sendSpaces,
            "chunks of one byte", GreedyClients::sendChunks,
            "large requests for a slow model", GreedyClients::askASlowModel,
            "bodies that unpack to a thousand times as much", GreedyClients::sendABomb,
            "long names that no model has", GreedyClients::askForNothing,
            "large metadata", GreedyClients::sendMetadata);

    static void main(String[] arguments) throws IOException {
        Server server = new Server(Integer.parseInt(arguments[0]), Integer.parseInt(arguments[1]));
        Map<String, AtomicLong> acts = new ConcurrentHashMap<>();
        KINDS.forEach((name, kind) -> {
            if (name.matches(arguments[3])) {
                AtomicLong acted = acts.computeIfAbsent(name, _ -> new AtomicLong());
                for (int i = 0; i < Integer.parseInt(arguments[2]); i++) {
                    Thread.ofPlatform().daemon().start(() -> repeat(kind, server, acted));
                }
            }
        });
        while (System.in.read() >= 0) {
            // Until it ends.
        }
        acts.forEach((name, acted) -> System.out.println(acted + " times: " + name));
    }

    private static void repeat(Greed kind, Server server, AtomicLong acted) {
        ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", server.grpc)
                .usePlaintext()
                .maxInboundMessageSize(Integer.MAX_VALUE)
                .build();
        while (true) {
            acted.incrementAndGet();
            try {
                kind.act(server, channel);
            } catch (IOException | RuntimeException _) {
                // The server defends itself.
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    private static String post(String model, int length, String headers) {
        return "POST /v1/models/" + model + ":predict HTTP/1.1\r\nHost: x\r\nContent-Length: " + length + "\r\n"
                + headers + "\r\n";
    }

    private static void ignoreAnAnswer(Server server, ManagedChannel channel) throws IOException {
        try (RawConnection connection = new RawConnection(server.rest)) {
            for (int i = 0; i < 5; i++) {
                connection.send(post("zeros", ZEROS.length(), "") + ZEROS);
            }
            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(3));
        }
    }

    private static void ignoreAnswersOverGrpc(Server server, ManagedChannel channel) {
        List<ClientCall<PredictRequest, PredictResponse>> calls = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            ClientCall<PredictRequest, PredictResponse> call =
                    channel.newCall(PredictionServiceGrpc.getPredictMethod(), CallOptions.DEFAULT);
            call.start(new ClientCall.Listener<>() {}, new Metadata());
            call.sendMessage(
                    GrpcTensors.predict("zeros", "x", GrpcTensors.values(Tensors.longs(Shape.of(1), ELEMENTS))));
            call.halfClose();
            calls.add(call);
        }
        LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(3));
        calls.forEach(call -> call.cancel("enough", null));
    }

    private static void reflect(Server server, ManagedChannel channel) {
        Semaphore answered = new Semaphore(0);
        StreamObserver<ServerReflectionRequest> questions = ServerReflectionGrpc.newStub(channel)
                .serverReflectionInfo(new StreamObserver<>() {
                    @Override
                    public void onNext(ServerReflectionResponse answer) {
                        answered.release();
                    }

                    @Override
                    public void onError(Throwable failure) {
                        answered.release(QUESTIONS);
                    }

                    @Override
                    public void onCompleted() {}
                });
        for (int i = 0; i < QUESTIONS; i++) {
            questions.onNext(ServerReflectionRequest.newBuilder()
                    .setFileContainingSymbol("tensorflow.serving.PredictRequest")
                    .build());
        }
        answered.acquireUninterruptibly(QUESTIONS);
        questions.onCompleted();
    }

    private static void sendSpaces(Server server, ManagedChannel channel) throws IOException {
        try (RawConnection connection = new RawConnection(server.rest)) {
            connection
                    .send("GET /v1/models/m HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip" + " ".repeat(60_000)
                            + "x\r\n\r\n")
                    .answer();
        }
    }

    private static void sendChunks(Server server, ManagedChannel channel) throws IOException {
        try (RawConnection connection = new RawConnection(server.rest)) {
            connection.send("POST /v1/models/m:predict HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
            for (int i = 0; i < 100; i++) {
                connection.send(CHUNKS);
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
            }
        }
    }

    private static void ask(Server server, String request) throws IOException {
        try (RawConnection connection = new RawConnection(server.rest)) {
            connection.send(request).answer();
        }
    }

    private static void askASlowModel(Server server, ManagedChannel channel) throws IOException {
        ask(server, post("slow", MANY_ROWS.length(), "") + MANY_ROWS);
    }

    private static void sendABomb(Server server, ManagedChannel channel) throws IOException {
        try (RawConnection connection = new RawConnection(server.rest)) {
            connection.send(post("m", BOMB.length, "Content-Encoding: gzip\r\n"));
            connection.send(BOMB).answer();
        }
    }

    private static byte[] bomb() {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        byte[] spaces = new byte[1 << 20];
        Arrays.fill(spaces, (byte) ' ');
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            for (int i = 0; i < 50; i++) {
                out.write(spaces);
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return packed.toByteArray();
    }

    private static void askForNothing(Server server, ManagedChannel channel) throws IOException {
        ask(server, "GET /v1/models/" + "n".repeat(200) + " HTTP/1.1\r\nHost: x\r\n\r\n");
    }

    private static void sendMetadata(Server server, ManagedChannel channel) {
        Metadata metadata = new Metadata();
        metadata.put(Metadata.Key.of("note", Metadata.ASCII_STRING_MARSHALLER), "n".repeat(100_000));
        PredictionServiceGrpc.newBlockingStub(channel)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(metadata))
                .withDeadlineAfter(10, TimeUnit.SECONDS)
                .predict(GrpcTensors.predict("m", "x", GrpcTensors.floats(new float[] {4}, 1)));
    }
}
