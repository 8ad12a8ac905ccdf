package io.kaon.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.kaon.tensor.DataType;
import io.kaon.tensor.DenseTensor;
import io.kaon.tensor.NamedTensors;
import io.kaon.tensor.Shape;
import io.kaon.tensor.StringTensor;
import io.kaon.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/// Tensors from Java values and back.
public final class Tensors {
    private static final double RELATIVE = 1e-3;
    private static final double ABSOLUTE = 1e-7;

    private Tensors() {}

    /// The tensor of that name.
    public static Tensor get(NamedTensors tensors, String name) {
        Tensor tensor = tensors.get(name);
        if (tensor == null) {
            throw new AssertionError("no " + name + " among " + tensors.names());
        }
        return tensor;
    }

    public static DenseTensor floats(Shape shape, float... values) {
        return new DenseTensor(DataType.FLOAT, shape, MemorySegment.ofArray(values));
    }

    /// A vector.
    public static DenseTensor floats(float... values) {
        return floats(Shape.of(values.length), values);
    }

    public static DenseTensor doubles(Shape shape, double... values) {
        return new DenseTensor(DataType.DOUBLE, shape, MemorySegment.ofArray(values));
    }

    public static DenseTensor longs(Shape shape, long... values) {
        return new DenseTensor(DataType.INT64, shape, MemorySegment.ofArray(values));
    }

    public static StringTensor strings(Shape shape, String... values) {
        return new StringTensor(
                shape,
                Arrays.stream(values)
                        .map(value -> value.getBytes(StandardCharsets.UTF_8))
                        .toList());
    }

    /// Elements of any bits, for types that only move; zeros and ones for BOOL, words for STRING.
    public static Tensor random(DataType type, Shape shape, Random random) {
        int elements = Math.toIntExact(shape.elements());
        if (type == DataType.STRING) {
            String[] words = new String[elements];
            Arrays.setAll(words, i -> "é" + random.nextInt());
            return strings(shape, words);
        }
        byte[] bytes = new byte[elements * type.bytes()];
        random.nextBytes(bytes);
        if (type == DataType.BOOL) {
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] &= 1;
            }
        }
        return new DenseTensor(type, shape, MemorySegment.ofArray(bytes));
    }

    public static float[] floatsOf(Tensor tensor) {
        MemorySegment data = bytes(tensor, DataType.FLOAT);
        float[] values = new float[Math.toIntExact(tensor.shape().elements())];
        for (int i = 0; i < values.length; i++) {
            values[i] = data.get(DenseTensor.FLOAT, 4L * i);
        }
        return values;
    }

    public static double[] doublesOf(Tensor tensor) {
        MemorySegment data = bytes(tensor, DataType.DOUBLE);
        double[] values = new double[Math.toIntExact(tensor.shape().elements())];
        Arrays.setAll(values, i -> data.get(DenseTensor.DOUBLE, 8L * i));
        return values;
    }

    public static long[] longsOf(Tensor tensor) {
        MemorySegment data = bytes(tensor, DataType.INT64);
        long[] values = new long[Math.toIntExact(tensor.shape().elements())];
        Arrays.setAll(values, i -> data.get(DenseTensor.LONG, 8L * i));
        return values;
    }

    public static List<String> stringsOf(Tensor tensor) {
        return ((StringTensor) tensor)
                .values().stream()
                        .map(value -> new String(value, StandardCharsets.UTF_8))
                        .toList();
    }

    /// The elements' bytes; of a STRING tensor, its strings one behind the other.
    public static byte[] bytesOf(Tensor tensor) {
        return switch (tensor) {
            case DenseTensor dense -> dense.data().toArray(ValueLayout.JAVA_BYTE);
            case StringTensor strings -> String.join("\n", stringsOf(strings)).getBytes(StandardCharsets.UTF_8);
        };
    }

    /// That both have the same type and shape, and elements that are equal; of FLOAT, as far apart as ONNX's own
    /// backend test lets them be.
    public static void assertClose(Tensor actual, Tensor expected) {
        if (expected.type() != DataType.FLOAT) {
            assertEqual(actual, expected);
            return;
        }
        assertThat(actual.describe()).isEqualTo(expected.describe());
        float[] got = floatsOf(actual);
        float[] wanted = floatsOf(expected);
        for (int i = 0; i < wanted.length; i++) {
            boolean same = Float.compare(got[i], wanted[i]) == 0;
            double allowed = ABSOLUTE + RELATIVE * Math.abs(wanted[i]);
            assertThat(same || Math.abs((double) got[i] - wanted[i]) <= allowed)
                    .as("element %d: expected %s, got %s", i, wanted[i], got[i])
                    .isTrue();
        }
    }

    /// That both have the same type and shape, and the same bits.
    public static void assertEqual(Tensor actual, Tensor expected) {
        assertThat(actual.describe()).isEqualTo(expected.describe());
        assertThat(bytesOf(actual)).isEqualTo(bytesOf(expected));
    }

    private static MemorySegment bytes(Tensor tensor, DataType type) {
        if (!(tensor instanceof DenseTensor dense) || dense.type() != type) {
            throw new AssertionError("expected " + type + ", got " + tensor.describe());
        }
        return dense.data();
    }
}
