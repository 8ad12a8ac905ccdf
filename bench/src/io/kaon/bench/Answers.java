package io.kaon.bench;

import ai.onnxruntime.OrtException;
import com.google.protobuf.ByteString;
import io.kaon.protocol.tfs.proto.PredictResponse;
import io.kaon.tensor.DataType;
import io.kaon.tensor.Tensor;
import io.kaon.testkit.GrpcTensors;
import io.kaon.testkit.Tensors;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.DoubleStream;

/// Asks a server as a client would and compares what it answers with the model's own outputs. Load generators only
/// look at HTTP's status, so every server is asked before and after it is measured.
final class Answers {
    private static final Pattern NUMBER = Pattern.compile("-?\\d+(\\.\\d+)?([eE][-+]?\\d+)?");

    private static final double TOLERANCE = 1e-3;

    private final Path models;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final Map<String, double[]> expected = new HashMap<>();

    /// @param models the folder of the models that the servers serve
    Answers(Path models) {
        this.models = models;
    }

    /// Bytes of the right answer.
    ///
    /// @throws IllegalStateException if another answer comes
    int check(Server server, Transport transport, Workload workload) {
        try {
            String url = server.url(transport, workload, 8);
            return switch (transport) {
                case REST -> rest(server, url, workload);
                case GRPC -> grpc(server, url, workload);
                case NONE -> 0;
            };
        } catch (IOException | OrtException failure) {
            throw new IllegalStateException(server.name() + " did not answer " + workload.name(), failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", interrupted);
        }
    }

    private int rest(Server server, String url, Workload workload)
            throws IOException, InterruptedException, OrtException {
        HttpResponse<String> response = http.send(
                HttpRequest.newBuilder(URI.create(url))
                        .header("content-type", "application/json")
                        .timeout(Duration.ofSeconds(30))
                        .POST(HttpRequest.BodyPublishers.ofFile(server.body(workload)))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() != 200) {
            throw new IllegalStateException(server.name() + " answered " + response.statusCode() + " to "
                    + workload.name() + ": " + response.body());
        }
        compare(
                server,
                workload,
                NUMBER.matcher(values(response.body()))
                        .results()
                        .map(MatchResult::group)
                        .mapToDouble(Double::parseDouble)
                        .toArray());
        return response.body().length();
    }

    /// KServe's API has the shape of the outputs before their `data`; here there is nothing but values.
    private static String values(String answer) {
        return answer.substring(Math.max(0, answer.indexOf("\"data\"")));
    }

    private int grpc(Server server, String url, Workload workload) throws IOException, OrtException {
        try (GrpcCalls calls = new GrpcCalls(url)) {
            ByteString answer = calls.call(workload.message());
            if (!server.isEcho()) {
                Tensor y = GrpcTensors.tensor(PredictResponse.parseFrom(answer).getOutputsOrThrow("y"));
                compare(server, workload, elements(y));
            }
            return answer.size();
        }
    }

    private static double[] elements(Tensor y) {
        if (y.type() == DataType.INT64) {
            return Arrays.stream(Tensors.longsOf(y)).asDoubleStream().toArray();
        }
        float[] floats = Tensors.floatsOf(y);
        double[] elements = new double[floats.length];
        Arrays.setAll(elements, i -> floats[i]);
        return elements;
    }

    private void compare(Server server, Workload workload, double[] got) throws OrtException {
        if (server.isEcho()) {
            return;
        }
        double[] wanted = wanted(workload);
        boolean same = got.length == wanted.length;
        for (int i = 0; same && i < got.length; i++) {
            same = Math.abs(got[i] - wanted[i]) <= TOLERANCE * (1 + Math.abs(wanted[i]));
        }
        if (!same) {
            throw new IllegalStateException(server.name() + " answered " + workload.name() + " with " + shown(got)
                    + "; expected, from ONNX Runtime itself, " + shown(wanted));
        }
    }

    private double[] wanted(Workload workload) throws OrtException {
        double[] known = expected.get(workload.name());
        if (known != null) {
            return known;
        }
        try (BareModel model = new BareModel(BenchModels.version(models, workload.model()))) {
            double[] answer = model.answer(workload.input());
            expected.put(workload.name(), answer);
            return answer;
        }
    }

    private static String shown(double[] values) {
        return values.length + " values "
                + Arrays.toString(DoubleStream.of(values).limit(10).toArray());
    }
}
