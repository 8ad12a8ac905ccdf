package io.kaon.app;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import io.kaon.protocol.tfs.proto.PredictionServiceGrpc;
import io.kaon.tensor.DataType;
import io.kaon.testkit.GrpcTensors;
import io.kaon.testkit.OnnxModels;
import io.kaon.testkit.OnnxType;
import io.kaon.testkit.ServerProcess;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Garbage in great numbers, sound requests with a few bytes changed most of all. None may be answered as if the server
/// were at fault, and none may stop it.
///
/// `-Dkaon.fuzz.inputs=1000000` sends that many to each port; `-Dkaon.fuzz.seed=N` sends the same ones again.
@Timeout(value = 1, unit = TimeUnit.DAYS)
final class FuzzIT {
    private static final int INPUTS = Integer.getInteger("kaon.fuzz.inputs", 20_000);
    private static final long SEED = Long.getLong("kaon.fuzz.seed", System.nanoTime());
    /// Requests that are sent before the answers are read.
    private static final int TOGETHER = 50;

    private static final byte[] ALPHABET =
            "{}[]\",:\\0123456789.eE+-NaInfinitytruefalsenullub64xyz \n\u0000\u00ff".getBytes(ISO_8859_1);

    private static final List<String> TARGETS = List.of(
            "/v1/models/m:predict",
            "/v1/models/m:predict",
            "/v1/models/m:predict",
            "/v1/models/pair:predict",
            "/v1/models/text:predict",
            "/v1/models/number:predict",
            "/v1/models/m/versions/1:predict",
            "/v1/models/m:classify",
            "/v1/models/m:regress");

    private static final List<String> BODIES = List.of(
            "{\"instances\":[1.0,2.5e0,-3]}",
            "{\"inputs\":{\"x\":[1,2,3]}}",
            "{\"signature_name\":\"serving_default\",\"inputs\":[1,2]}",
            "{\"instances\":[{\"a\":[1,2],\"b\":[3,4]},{\"b\":[5,6],\"a\":[7,8]}]}",
            "{\"instances\":[\"one\",\"\\u00e9\\ud83d\\ude00\",{\"b64\":\"AAECAw==\"}]}",
            "{\"instances\":[{\"b64\":\"AACAPwAAAEA=\"}]}",
            "{\"inputs\":[[1],[2],[[3]]]}",
            "{\"examples\":[{\"x\":1.5},{\"x\":[2.5]}],\"context\":{\"y\":[1]}}",
            "{\"instances\":[NaN,-Infinity,1e308,1e-400,18446744073709551615]}");

    @TempDir
    private static Path models;

    private static ServerProcess server;

    private final SplittableRandom random = new SplittableRandom(SEED);

    @BeforeAll
    static void start() throws IOException {
        System.out.println("FuzzIT: " + INPUTS + " inputs, seed " + SEED);
        OnnxModels.halfPlusTwo().writeTo(Files.createDirectories(models.resolve("m/1")));
        OnnxModels.sumAndDifference().writeTo(Files.createDirectories(models.resolve("pair/1")));
        OnnxModels.identity(OnnxType.tensor(DataType.STRING, "n"))
                .writeTo(Files.createDirectories(models.resolve("text/1")));
        OnnxModels.identity(OnnxType.tensor(DataType.INT64, "n", "1"))
                .writeTo(Files.createDirectories(models.resolve("number/1")));
        server = ServerProcess.serve(models);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @AfterEach
    void isAliveAndCorrect() {
        assertThat(server.post("/v1/models/m:predict", "{\"instances\":[2]}").body())
                .contains("3.0");
        assertThat(server.output()).noneMatch(line -> line.contains(" ERROR "));
    }

    @Test
    void neverBlamesTheServerForABody() throws IOException {
        int answered = 0;
        int accepted = 0;
        while (answered < INPUTS) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.restPort())) {
                socket.setSoTimeout(60_000);
                InputStream in = new BufferedInputStream(socket.getInputStream());
                boolean open = true;
                while (open && answered < INPUTS) {
                    List<byte[]> sent = requests();
                    ByteArrayOutputStream all = new ByteArrayOutputStream();
                    sent.forEach(all::writeBytes);
                    socket.getOutputStream().write(all.toByteArray());
                    for (byte[] request : sent) {
                        Answer answer = Answer.read(in);
                        assertThat(answer.status)
                                .as("%s to %s", answer, new String(request, ISO_8859_1))
                                .isLessThan(500);
                        answered++;
                        accepted += answer.status == 200 ? 1 : 0;
                        if (answer.closes) {
                            open = false;
                            break;
                        }
                    }
                }
            }
        }
        System.out.println("FuzzIT: " + answered + " bodies, " + accepted + " of them accepted");
        assertThat(accepted).isBetween(answered / 100, answered - answered / 100);
    }

    @Test
    void neverBlamesTheServerForAMessage() throws Exception {
        byte[] sound = GrpcTensors.predict("m", "x", GrpcTensors.floats(new float[] {1, 2, 3}, 3))
                .toByteArray();
        MethodDescriptor<byte[], byte[]> method = MethodDescriptor.newBuilder(new Bytes(), new Bytes())
                .setType(MethodDescriptor.MethodType.UNARY)
                .setFullMethodName(PredictionServiceGrpc.getPredictMethod().getFullMethodName())
                .build();
        ManagedChannel channel = server.channel();
        try {
            int accepted = 0;
            for (int sent = 0; sent < INPUTS; sent += TOGETHER) {
                List<byte[]> messages = new ArrayList<>();
                List<Future<byte[]>> answers = new ArrayList<>();
                for (int i = 0; i < TOGETHER; i++) {
                    byte[] message = random.nextInt(10) == 0 ? garbage() : damaged(sound);
                    messages.add(message);
                    answers.add(ClientCalls.futureUnaryCall(channel.newCall(method, CallOptions.DEFAULT), message));
                }
                for (int i = 0; i < TOGETHER; i++) {
                    accepted += isTaken(answers.get(i), messages.get(i)) ? 1 : 0;
                }
            }
            System.out.println("FuzzIT: " + INPUTS + " messages, " + accepted + " of them accepted");
            assertThat(accepted).isBetween(INPUTS / 100, INPUTS - INPUTS / 100);
        } finally {
            channel.shutdownNow();
        }
    }

    private static boolean isTaken(Future<byte[]> answer, byte[] message) throws Exception {
        try {
            answer.get(60, TimeUnit.SECONDS);
            return true;
        } catch (ExecutionException refused) {
            Status status = Status.fromThrowable(refused.getCause());
            assertThat(status.getCode())
                    .as("%s to %s", status, Arrays.toString(message))
                    .isIn(Set.of(
                            Status.Code.INVALID_ARGUMENT,
                            Status.Code.NOT_FOUND,
                            Status.Code.FAILED_PRECONDITION,
                            Status.Code.RESOURCE_EXHAUSTED));
            return false;
        }
    }

    private List<byte[]> requests() {
        List<byte[]> requests = new ArrayList<>();
        for (int i = 0; i < TOGETHER; i++) {
            byte[] body = random.nextInt(20) == 0
                    ? garbage()
                    : damaged(BODIES.get(random.nextInt(BODIES.size())).getBytes(UTF_8));
            String method = random.nextInt(50) == 0 ? "PUT" : "POST";
            String encoding = random.nextInt(50) == 0 ? "Content-Encoding: gzip\r\n" : "";
            String head = method + " " + target() + " HTTP/1.1\r\nHost: x\r\n" + encoding + "Content-Length: "
                    + body.length + "\r\n\r\n";
            byte[] request = Arrays.copyOf(head.getBytes(ISO_8859_1), head.length() + body.length);
            System.arraycopy(body, 0, request, head.length(), body.length);
            requests.add(request);
        }
        return requests;
    }

    /// Mostly as it should be; sometimes with a character in it that no address has there.
    private String target() {
        String target = TARGETS.get(random.nextInt(TARGETS.size()));
        if (random.nextInt(10) != 0) {
            return target;
        }
        int at = 4 + random.nextInt(target.length() - 4);
        String odd = List.of("%2F", "%00", ":", "/", "?", "..", "%FF", "999999999999999999999", "%C3%A9", "~")
                .get(random.nextInt(10));
        return target.substring(0, at) + odd + target.substring(at);
    }

    private byte[] garbage() {
        byte[] garbage = new byte[random.nextInt(200)];
        random.nextBytes(garbage);
        return garbage;
    }

    private byte[] damaged(byte[] sound) {
        byte[] body = sound;
        for (int edits = random.nextInt(5); edits > 0; edits--) {
            int at = random.nextInt(body.length + 1);
            int until = Math.min(body.length, at + random.nextInt(3));
            byte with = random.nextBoolean() ? (byte) random.nextInt(256) : ALPHABET[random.nextInt(ALPHABET.length)];
            ByteArrayOutputStream changed = new ByteArrayOutputStream();
            changed.write(body, 0, at);
            for (int copies = random.nextInt(3); copies > 0; copies--) {
                changed.write(with);
            }
            changed.write(body, until, body.length - until);
            body = changed.toByteArray();
        }
        return body;
    }

    private record Answer(int status, boolean closes, String body) {
        /// The next one on the connection; its length must be declared.
        static Answer read(InputStream in) throws IOException {
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                int next = in.read();
                if (next < 0) {
                    throw new IOException("the server closed the connection after \"" + head + "\"");
                }
                head.append((char) next);
            }
            int length = 0;
            boolean closes = false;
            for (String line : head.toString().split("\r\n", -1)) {
                String lower = line.toLowerCase(java.util.Locale.ROOT);
                if (lower.startsWith("content-length:")) {
                    length = Integer.parseInt(
                            lower.substring("content-length:".length()).trim());
                }
                closes |= lower.equals("connection: close");
            }
            String body = new String(in.readNBytes(length), US_ASCII);
            return new Answer(Integer.parseInt(head.substring(9, 12)), closes, body);
        }
    }

    private static final class Bytes implements Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] message) {
            return new ByteArrayInputStream(message);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException impossible) {
                throw new UncheckedIOException(impossible);
            }
        }
    }
}
