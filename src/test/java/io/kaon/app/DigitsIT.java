package io.kaon.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.grpc.ManagedChannel;
import io.kaon.app.wiring.Wiring;
import io.kaon.engine.Engine;
import io.kaon.engine.EngineSession;
import io.kaon.protocol.tfs.proto.PredictionServiceGrpc;
import io.kaon.tensor.NamedTensors;
import io.kaon.tensor.Shape;
import io.kaon.testkit.GrpcTensors;
import io.kaon.testkit.HeldOutDigits;
import io.kaon.testkit.ServerProcess;
import io.kaon.testkit.Sessions;
import io.kaon.testkit.Tensors;
import io.restassured.path.json.JsonPath;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Handwritten digits through the packaged server: the same client code against `mnist`, which is ONNX, and
/// `mnist_savedmodel`, the same network for TensorFlow.
final class DigitsIT {
    private static final Path MODELS = Path.of("models").toAbsolutePath();
    private static final int CLASSES = 10;
    private static final double HONEST_ACCURACY = 0.98;

    private static ServerProcess server;
    private static ManagedChannel channel;
    private static List<HeldOutDigits.Digit> digits;
    private static float[] pixels;

    @BeforeAll
    static void start() throws IOException {
        digits = HeldOutDigits.read();
        pixels = new float[digits.size() * HeldOutDigits.SIDE * HeldOutDigits.SIDE];
        for (int i = 0; i < digits.size(); i++) {
            float[] digit = digits.get(i).pixels();
            System.arraycopy(digit, 0, pixels, i * digit.length, digit.length);
        }
        server = ServerProcess.serve(MODELS);
        channel = server.channel();
    }

    @AfterAll
    static void stop() {
        channel.shutdownNow();
        server.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"mnist", "mnist_savedmodel"})
    void areReadAlikeOverRestGrpcAndInTheEngineItself(String model) {
        assumeFalse(
                ServerProcess.isExecutable() && model.equals("mnist_savedmodel"),
                "the native executable leaves TensorFlow out");
        List<Float> direct = direct(model);
        assertAlike(overRest(model), direct);
        assertAlike(overGrpc(model), direct);
        List<Integer> labels = digits.stream().map(HeldOutDigits.Digit::label).toList();
        assertThat(share(classes(direct), labels)).isGreaterThanOrEqualTo(HONEST_ACCURACY);
    }

    @Test
    void areTheSameToBothEngines() {
        assumeFalse(ServerProcess.isExecutable(), "the native executable leaves TensorFlow out");
        assertThat(classes(overRest("mnist_savedmodel"))).isEqualTo(classes(overRest("mnist")));
        assertThat(classes(overGrpc("mnist_savedmodel"))).isEqualTo(classes(overGrpc("mnist")));
        assertAlike(overGrpc("mnist_savedmodel"), overGrpc("mnist"));
    }

    /// What a client writes as `base64(image.astype(float32).tobytes())`, one picture a request.
    @ParameterizedTest
    @ValueSource(strings = {"mnist", "mnist_savedmodel"})
    void mayBeSentAsTheBytesOfTheirPixels(String model) {
        assumeFalse(
                ServerProcess.isExecutable() && model.equals("mnist_savedmodel"),
                "the native executable leaves TensorFlow out");
        int right = 0;
        List<HeldOutDigits.Digit> some = digits.subList(0, 50);
        for (HeldOutDigits.Digit digit : some) {
            ByteBuffer bytes =
                    ByteBuffer.allocate(digit.pixels().length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asFloatBuffer().put(digit.pixels());
            String raw = Base64.getEncoder().encodeToString(bytes.array());
            HttpResponse<String> answer =
                    server.post("/v1/models/" + model + ":predict", "{\"instances\": [{\"b64\": \"" + raw + "\"}]}");
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            List<Float> scores = new JsonPath(answer.body()).getList("predictions[0]", Float.class);
            right += best(scores) == digit.label() ? 1 : 0;
        }
        assertThat(right / (double) some.size()).isGreaterThanOrEqualTo(HONEST_ACCURACY);
    }

    private static List<Float> overRest(String model) {
        StringBuilder rows = new StringBuilder("{\"instances\":[");
        for (int i = 0; i < digits.size(); i++) {
            appendRow(rows.append(i == 0 ? "" : ","), digits.get(i).pixels());
        }
        HttpResponse<String> answer = server.post(
                "/v1/models/" + model + ":predict", rows.append("]}").toString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return new JsonPath(answer.body()).getList("predictions.flatten()", Float.class);
    }

    private static List<Float> overGrpc(String model) {
        return PredictionServiceGrpc.newBlockingStub(channel)
                .predict(GrpcTensors.predict(
                        model,
                        "image",
                        GrpcTensors.floats(pixels, digits.size(), HeldOutDigits.SIDE, HeldOutDigits.SIDE)))
                .getOutputsOrThrow("probabilities")
                .getFloatValList();
    }

    private static List<Float> direct(String model) {
        Path version = MODELS.resolve(model).resolve("1");
        Engine engine = Wiring.engines().stream()
                .filter(candidate -> candidate.recognises(version))
                .findFirst()
                .orElseThrow();
        try (EngineSession session = Sessions.load(engine, version)) {
            Shape shape = Shape.of(digits.size(), HeldOutDigits.SIDE, HeldOutDigits.SIDE);
            NamedTensors outputs = Sessions.run(session, NamedTensors.of("image", Tensors.floats(shape, pixels)));
            float[] probabilities = Tensors.floatsOf(Tensors.get(outputs, "probabilities"));
            return IntStream.range(0, probabilities.length)
                    .mapToObj(i -> probabilities[i])
                    .toList();
        }
    }

    private static void appendRow(StringBuilder rows, float[] pixels) {
        for (int i = 0; i < pixels.length; i++) {
            rows.append(i == 0 ? "[[" : i % HeldOutDigits.SIDE == 0 ? "],[" : ",")
                    .append((int) pixels[i]);
        }
        rows.append("]]");
    }

    private static void assertAlike(List<Float> actual, List<Float> expected) {
        assertThat(actual).hasSize(digits.size() * CLASSES);
        for (int i = 0; i < expected.size(); i++) {
            assertThat(actual.get(i))
                    .as("digit %d, class %d", i / CLASSES, i % CLASSES)
                    .isCloseTo(expected.get(i), within(1e-6f));
        }
    }

    private static List<Integer> classes(List<Float> probabilities) {
        return IntStream.range(0, digits.size())
                .mapToObj(i -> best(probabilities.subList(i * CLASSES, (i + 1) * CLASSES)))
                .toList();
    }

    private static int best(List<Float> scores) {
        return scores.indexOf(Collections.max(scores));
    }

    private static double share(List<Integer> got, List<Integer> expected) {
        return IntStream.range(0, got.size())
                        .filter(i -> got.get(i).equals(expected.get(i)))
                        .count()
                / (double) got.size();
    }
}
