package io.kaon.bench;

import io.kaon.tensor.Shape;
import io.kaon.tensor.StringTensor;
import io.kaon.testkit.Tensors;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// What is sent: always the same, so that runs can be compared.
final class Requests {
    static final int MLP_INPUTS = 784;

    private static final long SEED = 20260101;

    private Requests() {}

    /// Between 0.1 and 1 with six digits, as pixels and features look in most people's JSON.
    static float[] floats(int count) {
        Random random = new Random(SEED);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (100_000 + random.nextInt(900_000)) / 1e6f;
        }
        return values;
    }

    /// Words of which [BenchModels#STRINGS] knows half.
    static StringTensor words(int count) {
        String[] words = new String[count];
        Arrays.setAll(words, i -> "word-" + i * 2 * BenchModels.VOCABULARY / count);
        return Tensors.strings(Shape.of(count), words);
    }

    /// A predict body with values of 48 bytes as base64 objects.
    static byte[] base64(int count) {
        Random random = new Random(SEED);
        return IntStream.range(0, count)
                .mapToObj(_ -> {
                    byte[] value = new byte[48];
                    random.nextBytes(value);
                    return "{\"b64\": \"" + Base64.getEncoder().encodeToString(value) + "\"}";
                })
                .collect(Collectors.joining(", ", "{\"instances\": [", "]}"))
                .getBytes(StandardCharsets.UTF_8);
    }
}
