package io.kaon.engine.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kaon.engine.EngineSession;
import io.kaon.model.ModelSignature;
import io.kaon.tensor.NamedTensors;
import io.kaon.tensor.Shape;
import io.kaon.tensor.Tensor;
import io.kaon.testkit.PublishedSavedModels;
import io.kaon.testkit.Sessions;
import io.kaon.testkit.Tensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// The engine gives what TensorFlow gives, to the last bit.
final class SameBitsTest {
    private static final int INPUTS = 1000;
    private static final int MOST_ROWS = 4;

    @Test
    void asTensorflowAloneForTheDigitsNetwork() throws IOException {
        agree(Path.of("models/mnist_savedmodel/1"), 28, 28);
    }

    @Test
    void asTensorflowAloneForAPublishedModel() throws IOException {
        assumeTrue(PublishedSavedModels.present(), "no published SavedModels");
        agree(PublishedSavedModels.version("half_plus_two_cpu"), 1);
    }

    /// @param row the dimensions behind the batch
    private static void agree(Path model, long... row) throws IOException {
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        try (EngineSession session = Sessions.load(new TensorflowEngine(), model);
                BareSavedModel bare = new BareSavedModel(model)) {
            ModelSignature signature = Sessions.signature(session);
            String input = signature.inputs().keySet().iterator().next();
            String output = signature.outputs().keySet().iterator().next();
            for (int i = 0; i < INPUTS; i++) {
                Shape shape = shape(1 + random.nextInt(MOST_ROWS), row);
                float[] values = new float[Math.toIntExact(shape.elements())];
                for (int k = 0; k < values.length; k++) {
                    values[k] = random.nextFloat() * 255;
                }
                Tensor answer = Tensors.get(
                        Sessions.run(session, NamedTensors.of(input, Tensors.floats(shape, values))), output);
                assertThat(Tensors.bytesOf(answer))
                        .as("input %d of seed %d", i, seed)
                        .isEqualTo(Tensors.bytesOf(Tensors.floats(bare.run(values, shape.dims()))));
            }
        }
    }

    private static Shape shape(long rows, long... row) {
        long[] dims = new long[row.length + 1];
        dims[0] = rows;
        System.arraycopy(row, 0, dims, 1, row.length);
        return Shape.of(dims);
    }
}
