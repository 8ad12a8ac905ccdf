package io.kaon.engine.djl;

import static org.assertj.core.api.Assertions.assertThat;

import io.kaon.engine.EngineSession;
import io.kaon.engine.onnx.OnnxEngine;
import io.kaon.tensor.NamedTensors;
import io.kaon.tensor.Shape;
import io.kaon.tensor.Tensor;
import io.kaon.tensor.TensorSpec;
import io.kaon.testkit.Sessions;
import io.kaon.testkit.Tensors;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A process that runs the model in a directory once: ones for its first input, twos for its second, and so on. It
/// writes what the model gave as `y=[2.5]`, and which classes it has loaded.
public final class DjlProgram {
    private DjlProgram() {}

    public static void main(String[] arguments) {
        DjlEngine djl = new DjlEngine();
        Path directory = Path.of(arguments[0]);
        try (EngineSession session = Sessions.load(djl.recognises(directory) ? djl : new OnnxEngine(), directory)) {
            Map<String, Tensor> inputs = new LinkedHashMap<>();
            for (TensorSpec input : Sessions.signature(session).inputs().values()) {
                Shape shape = Shape.of(Arrays.stream(
                                input.shape() == null
                                        ? new long[0]
                                        : input.shape().dims())
                        .map(size -> size == Shape.UNKNOWN ? 1 : size)
                        .toArray());
                float[] values = new float[(int) shape.elements()];
                Arrays.fill(values, inputs.size() + 1);
                inputs.put(input.name(), Tensors.floats(shape, values));
            }
            Sessions.run(session, NamedTensors.of(inputs))
                    .asMap()
                    .forEach((name, tensor) ->
                            System.out.println(name + "=" + Arrays.toString(Tensors.floatsOf(tensor))));
        }
    }

    /// Runs it.
    ///
    /// @return the lines that it wrote
    static List<String> run(Path directory) throws IOException, InterruptedException {
        ProcessBuilder program = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-Xlog:class+load:stdout",
                        DjlProgram.class.getName(),
                        directory.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        // Not on the command line: started by DJL, ONNX Runtime ends the process over a long one.
        program.environment()
                .put(
                        "CLASSPATH",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
        Process process = program.start();
        try (BufferedReader lines = process.inputReader()) {
            List<String> all = lines.lines().toList();
            assertThat(process.waitFor()).isZero();
            return all;
        }
    }
}
