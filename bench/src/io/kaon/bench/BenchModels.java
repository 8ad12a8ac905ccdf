package io.kaon.bench;

import static io.kaon.testkit.OnnxType.tensor;

import io.kaon.tensor.DataType;
import io.kaon.tensor.DenseTensor;
import io.kaon.tensor.Shape;
import io.kaon.testkit.OnnxAttribute;
import io.kaon.testkit.OnnxModel;
import io.kaon.testkit.OnnxModels;
import io.kaon.testkit.Tensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/// The models that are measured, with random weights: what they answer does not matter, what it costs does.
final class BenchModels {
    static final String HALF = "half_plus_two";
    static final String MLP = "mlp";
    static final String STRINGS = "strings";
    static final String RESNET = "resnet";
    static final String SLOW = "slow";

    /// Words that the string model knows.
    static final int VOCABULARY = 1000;

    private static final long SEED = 50;

    private BenchModels() {}

    /// Writes the models whose requests are cheap.
    static void writeLight(Path folder) throws IOException {
        Path half = version(folder, HALF);
        Files.createDirectories(half);
        Files.write(half.resolve(OnnxModel.FILE), Files.readAllBytes(Path.of("models", HALF, "1", OnnxModel.FILE)));
        mlp().writeTo(version(folder, MLP));
        String[] words = new String[VOCABULARY];
        Arrays.setAll(words, i -> "word-" + i);
        OnnxModels.lookup(words).writeTo(version(folder, STRINGS));
    }

    /// Where the only version of a model lies.
    static Path version(Path folder, String model) {
        return folder.resolve(model).resolve("1");
    }

    /// FLOAT `[batch,784]` through layers of 512, 512 and 10.
    private static OnnxModel mlp() {
        Random random = new Random(SEED);
        OnnxModel model = new OnnxModel().input("x", tensor(DataType.FLOAT, "batch", "" + Requests.MLP_INPUTS));
        String last = "x";
        int[] sizes = {Requests.MLP_INPUTS, 512, 512, 10};
        for (int layer = 1; layer < sizes.length; layer++) {
            boolean output = layer == sizes.length - 1;
            String sum = output ? "y" : "sum" + layer;
            model.constant("w" + layer, weights(random, sizes[layer - 1], sizes[layer - 1], sizes[layer]))
                    .constant("b" + layer, weights(random, sizes[layer - 1], sizes[layer]))
                    .node("Gemm", List.of(last, "w" + layer, "b" + layer), List.of(sum));
            if (!output) {
                model.node("Relu", List.of(sum), List.of("h" + layer));
            }
            last = "h" + layer;
        }
        return model.output("y", tensor(DataType.FLOAT, "batch", "10"));
    }

    /// FLOAT `[batch,3,224,224]` through the layers of ResNet-50 to 1000 scores. The normalisations are folded into the
    /// convolutions, as every exporter does for inference.
    static OnnxModel resnet() {
        Random random = new Random(SEED);
        OnnxModel model = new OnnxModel().input("x", tensor(DataType.FLOAT, "batch", "3", "224", "224"));
        String last = relu(model, convolution(model, random, "stem", "x", new int[] {3, 64, 7, 2}));
        model.node(
                "MaxPool",
                List.of(last),
                List.of("pooled"),
                OnnxAttribute.of("kernel_shape", new long[] {3, 3}),
                OnnxAttribute.of("strides", new long[] {2, 2}),
                OnnxAttribute.of("pads", new long[] {1, 1, 1, 1}));
        last = "pooled";
        int[] blocks = {3, 4, 6, 3};
        int channels = 64;
        for (int stage = 0; stage < blocks.length; stage++) {
            int width = 64 << stage;
            for (int block = 0; block < blocks[stage]; block++) {
                int stride = block == 0 && stage > 0 ? 2 : 1;
                last = bottleneck(model, random, "s" + stage + "b" + block, last, channels, width, stride);
                channels = 4 * width;
            }
        }
        return model.node("GlobalAveragePool", List.of(last), List.of("average"))
                .node("Flatten", List.of("average"), List.of("features"))
                .constant("classes", weights(random, channels, channels, 1000))
                .node("MatMul", List.of("features", "classes"), List.of("y"))
                .output("y", tensor(DataType.FLOAT, "batch", "1000"));
    }

    private static String bottleneck(
            OnnxModel model, Random random, String name, String input, int channels, int width, int stride) {
        String narrow = relu(model, convolution(model, random, name + "a", input, new int[] {channels, width, 1, 1}));
        String seen = relu(model, convolution(model, random, name + "b", narrow, new int[] {width, width, 3, stride}));
        String wide = convolution(model, random, name + "c", seen, new int[] {width, 4 * width, 1, 1});
        String around = channels == 4 * width
                ? input
                : convolution(model, random, name + "p", input, new int[] {channels, 4 * width, 1, stride});
        model.node("Add", List.of(wide, around), List.of(name + "sum"));
        return relu(model, name + "sum");
    }

    /// @param shape channels in, channels out, size of the kernel, stride
    private static String convolution(OnnxModel model, Random random, String name, String input, int[] shape) {
        int size = shape[2];
        long around = size / 2;
        model.constant(name + "w", weights(random, shape[0] * size * size, shape[1], shape[0], size, size))
                .constant(name + "b", weights(random, shape[0] * size * size, shape[1]))
                .node(
                        "Conv",
                        List.of(input, name + "w", name + "b"),
                        List.of(name),
                        OnnxAttribute.of("kernel_shape", new long[] {size, size}),
                        OnnxAttribute.of("strides", new long[] {shape[3], shape[3]}),
                        OnnxAttribute.of("pads", new long[] {around, around, around, around}));
        return name;
    }

    private static String relu(OnnxModel model, String input) {
        model.node("Relu", List.of(input), List.of(input + "+"));
        return input + "+";
    }

    /// Small enough that sums of `terms` products neither vanish nor grow from layer to layer: denormal numbers and
    /// infinities cost other times than ordinary ones.
    private static DenseTensor weights(Random random, int terms, long... shape) {
        Shape of = Shape.of(shape);
        float[] values = new float[Math.toIntExact(of.elements())];
        float scale = (float) (1 / Math.sqrt(terms));
        for (int i = 0; i < values.length; i++) {
            values[i] = scale * (float) random.nextGaussian();
        }
        return Tensors.floats(of, values);
    }
}
