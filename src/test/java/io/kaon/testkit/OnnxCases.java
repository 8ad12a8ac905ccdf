package io.kaon.testkit;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.UnknownFieldSet;
import io.kaon.tensor.DataType;
import io.kaon.tensor.DenseTensor;
import io.kaon.tensor.NamedTensors;
import io.kaon.tensor.Shape;
import io.kaon.tensor.StringTensor;
import io.kaon.tensor.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/// The cases by which the ONNX project tests backends, read where they lie beside the checkout.
public final class OnnxCases {
    private static final Path FOLDER = Path.of("../shared/data/onnx");

    private OnnxCases() {}

    /// A model with inputs and the outputs that it must give for them.
    ///
    /// @param directory where `model.onnx` lies
    public record Case(String name, Path directory, NamedTensors inputs, NamedTensors outputs) {
        @Override
        public String toString() {
            return name;
        }
    }

    /// A network with constant weights, for which the outputs of one well-known input are published.
    ///
    /// @param inputs the names and shapes of its inputs; all are FLOAT
    public record Light(String name, Path model, Map<String, Shape> inputs, Tensor output) {
        @Override
        public String toString() {
            return name;
        }

        /// What ONNX's own backend test gives to these networks: `i / n` for element i of n.
        public NamedTensors ramps() {
            Map<String, Tensor> ramps = new LinkedHashMap<>();
            inputs.forEach((input, shape) -> {
                float[] values = new float[Math.toIntExact(shape.elements())];
                for (int i = 0; i < values.length; i++) {
                    values[i] = (float) ((double) i / values.length);
                }
                ramps.put(input, Tensors.floats(shape, values));
            });
            return NamedTensors.of(ramps);
        }
    }

    /// Whether the data lies there. Says on standard output when it does not.
    public static boolean present() {
        boolean present = Files.isDirectory(FOLDER);
        if (!present) {
            System.out.println("skipped: no published ONNX cases at " + FOLDER);
        }
        return present;
    }

    public static List<Case> cases() throws IOException {
        List<Case> cases = new ArrayList<>();
        for (Path folder : children(FOLDER.resolve("cases"))) {
            UnknownFieldSet graph = graph(folder.resolve(OnnxModel.FILE));
            Path data = folder.resolve("test_data_set_0");
            cases.add(new Case(
                    folder.getFileName().toString(),
                    folder,
                    named(requiredInputs(graph), data, "input_"),
                    named(names(graph, 12), data, "output_")));
        }
        return cases;
    }

    /// The cases that ONNX Runtime does not load, each with a part of what it says. It has no kernels for operators as
    /// they were in the oldest versions of the standard.
    public static Map<String, String> refused() {
        try (InputStream list = Objects.requireNonNull(OnnxCases.class.getResourceAsStream("refused-cases.txt"))) {
            Map<String, String> refused = new TreeMap<>();
            new String(list.readAllBytes(), StandardCharsets.UTF_8).lines().forEach(line -> {
                String[] parts = line.split("\t", 2);
                refused.put(parts[0], parts[1]);
            });
            return refused;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static List<Light> light() throws IOException {
        List<Light> light = new ArrayList<>();
        for (Path model : children(FOLDER.resolve("light"))) {
            String file = model.getFileName().toString();
            if (file.endsWith(".onnx")) {
                String name = file.substring(0, file.length() - ".onnx".length());
                UnknownFieldSet graph = graph(model);
                Map<String, Shape> inputs = new LinkedHashMap<>();
                List<String> required = requiredInputs(graph);
                for (ByteString input : bytes(graph, 11)) {
                    UnknownFieldSet value = UnknownFieldSet.parseFrom(input);
                    if (required.contains(text(value, 1))) {
                        inputs.put(text(value, 1), shape(value));
                    }
                }
                Path output = model.resolveSibling(name + "_output_0.pb");
                light.add(new Light(name, model, inputs, tensor(Files.readAllBytes(output))));
            }
        }
        return light;
    }

    /// A `TensorProto`.
    static Tensor tensor(byte[] proto) throws IOException {
        UnknownFieldSet fields = UnknownFieldSet.parseFrom(proto);
        long[] dims = numbers(fields, 1).stream().mapToLong(Long::longValue).toArray();
        Shape shape = Shape.of(dims);
        DataType type = type(fields.getField(2).getVarintList().getFirst());
        if (type == DataType.STRING) {
            return new StringTensor(
                    shape,
                    bytes(fields, 6).stream().map(ByteString::toByteArray).toList());
        }
        byte[] data = new byte[Math.toIntExact(shape.elements() * type.bytes())];
        if (!bytes(fields, 9).isEmpty()) {
            data = bytes(fields, 9).getFirst().toByteArray();
        } else if (type == DataType.FLOAT && !bytes(fields, 4).isEmpty()) {
            data = bytes(fields, 4).getFirst().toByteArray();
        } else if (type == DataType.INT64) {
            ByteBuffer longs = ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN);
            numbers(fields, 7).forEach(longs::putLong);
        } else if (data.length > 0) {
            throw new IOException("elements of " + type + shape + " are kept in a way that no case used");
        }
        return new DenseTensor(type, shape, MemorySegment.ofArray(data));
    }

    private static NamedTensors named(List<String> names, Path data, String prefix) throws IOException {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (int i = 0; i < names.size(); i++) {
            Path file = data.resolve(prefix + i + ".pb");
            if (Files.exists(file)) {
                tensors.put(names.get(i), tensor(Files.readAllBytes(file)));
            }
        }
        return NamedTensors.of(tensors);
    }

    private static UnknownFieldSet graph(Path model) throws IOException {
        return UnknownFieldSet.parseFrom(
                bytes(UnknownFieldSet.parseFrom(Files.readAllBytes(model)), 7).getFirst());
    }

    /// The graph's inputs without those that have a default, as models of old keep their weights.
    private static List<String> requiredInputs(UnknownFieldSet graph) throws IOException {
        Set<String> defaults = new HashSet<>();
        for (ByteString initializer : bytes(graph, 5)) {
            defaults.add(text(UnknownFieldSet.parseFrom(initializer), 8));
        }
        List<String> names = new ArrayList<>(names(graph, 11));
        names.removeAll(defaults);
        return names;
    }

    private static List<String> names(UnknownFieldSet graph, int field) throws IOException {
        List<String> names = new ArrayList<>();
        for (ByteString value : bytes(graph, field)) {
            names.add(text(UnknownFieldSet.parseFrom(value), 1));
        }
        return names;
    }

    /// Of a `ValueInfoProto`; 1 for a symbol.
    private static Shape shape(UnknownFieldSet value) throws IOException {
        UnknownFieldSet type = child(child(value, 2), 1);
        List<Long> dims = new ArrayList<>();
        for (ByteString dim : bytes(child(type, 2), 1)) {
            List<Long> size = UnknownFieldSet.parseFrom(dim).getField(1).getVarintList();
            dims.add(size.isEmpty() ? 1 : size.getFirst());
        }
        return Shape.of(dims.stream().mapToLong(Long::longValue).toArray());
    }

    private static UnknownFieldSet child(UnknownFieldSet fields, int field) throws IOException {
        return UnknownFieldSet.parseFrom(bytes(fields, field).getFirst());
    }

    private static List<ByteString> bytes(UnknownFieldSet fields, int field) {
        return fields.getField(field).getLengthDelimitedList();
    }

    private static String text(UnknownFieldSet fields, int field) {
        return bytes(fields, field).getFirst().toStringUtf8();
    }

    /// Of a repeated field, packed or not.
    private static List<Long> numbers(UnknownFieldSet fields, int field) throws IOException {
        List<Long> numbers = new ArrayList<>(fields.getField(field).getVarintList());
        for (ByteString packed : bytes(fields, field)) {
            CodedInputStream in = packed.newCodedInput();
            while (!in.isAtEnd()) {
                numbers.add(in.readInt64());
            }
        }
        return numbers;
    }

    private static DataType type(long number) {
        for (DataType type : DataType.values()) {
            if (OnnxType.number(type) == number) {
                return type;
            }
        }
        throw new IllegalArgumentException("element type " + number);
    }

    private static List<Path> children(Path folder) throws IOException {
        try (Stream<Path> children = Files.list(folder)) {
            return children.sorted().toList();
        }
    }
}
