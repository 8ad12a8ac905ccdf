package io.kaon.testkit;

import io.kaon.tensor.Shape;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/// Writes TorchScript archives without PyTorch: printed code, and a pickle of the module with its weights.
public final class TorchScriptArchive {
    public static final String FILE = "model.pt";

    private static final String FOLDER = "model/";
    private static final String CONFIG = "config.pbtxt";

    private final Map<String, String> sources = new LinkedHashMap<>();
    private final List<String> methods = new ArrayList<>();
    private final Map<String, float[]> weights = new LinkedHashMap<>();
    private final Map<String, Shape> shapes = new LinkedHashMap<>();
    private final Map<String, String> submodules = new LinkedHashMap<>();
    private String config = "";
    private byte[] traced = new byte[0];

    /// @param parameters as printed, such as `x: Tensor`
    /// @param lines of its body
    public TorchScriptArchive forward(String parameters, String result, String... lines) {
        return method("forward", parameters, result, lines);
    }

    public TorchScriptArchive method(String name, String parameters, String result, String... lines) {
        StringBuilder method = new StringBuilder(
                "  def " + name + "(self: __torch__.M,\n    " + parameters + ") -> " + result + ":\n");
        for (String line : lines) {
            method.append("    ").append(line).append('\n');
        }
        methods.add(method.toString());
        return this;
    }

    /// More code.
    ///
    /// @param entry such as `__torch__/net.py`
    public TorchScriptArchive source(String entry, String text) {
        sources.merge(entry, text, String::concat);
        return this;
    }

    public TorchScriptArchive weight(String name, Shape shape, float... values) {
        weights.put(name, values);
        shapes.put(name, shape);
        return this;
    }

    /// An attribute that is a module without weights.
    ///
    /// @param type such as `__torch__.net.Part`
    public TorchScriptArchive submodule(String name, String type) {
        submodules.put(name, type);
        return this;
    }

    /// The shape of the one FLOAT input with which it was traced.
    public TorchScriptArchive traced(Shape shape) {
        traced = new TorchPickle().tensor(0, shape).bytes();
        return this;
    }

    /// What is declared beside it.
    public TorchScriptArchive config(String text) {
        config = text;
        return this;
    }

    /// `y = 0.5 x + 2` over vectors of any length.
    public static TorchScriptArchive halfPlusTwo() {
        return new TorchScriptArchive()
                .forward("x: Tensor", "Tensor", "return torch.add(torch.mul(x, 0.5), 2)")
                .config(vectors("x", "y"));
    }

    /// The same, but it does not end if a number is negative.
    public static TorchScriptArchive endlessBelowZero() {
        return new TorchScriptArchive()
                .forward(
                        "x: Tensor",
                        "Tensor",
                        "x0 = x",
                        "_0 = bool(torch.any(torch.lt(x, 0)))",
                        "while _0:",
                        "  x0 = torch.add(x0, 0.)",
                        "  _0 = bool(torch.any(torch.lt(x0, 0)))",
                        "return torch.add(torch.mul(x0, 0.5), 2)")
                .config(vectors("x", "y"));
    }

    /// Two layers, of which one is a module of its own, a branch and a loop.
    public static TorchScriptArchive layers() {
        return new TorchScriptArchive()
                .weight("w", Shape.of(4, 3), 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)
                .weight("b", Shape.of(3), 1, -1, 0.5f)
                .submodule("part", "__torch__.net.Part")
                .source("__torch__/net.py", """
                        class Part(Module):
                          __parameters__ = []
                          __buffers__ = []
                          training : bool
                          def forward(self: __torch__.net.Part,
                            x: Tensor) -> Tensor:
                            if bool(torch.gt(torch.sum(x), 100)):
                              _0 = torch.relu(x)
                            else:
                              _0 = torch.softmax(x, -1)
                            return _0
                        """)
                .forward(
                        "x: Tensor",
                        "Tuple[Tensor, Tensor]",
                        "x0 = torch.add(torch.matmul(x, self.w), self.b)",
                        "for i in range(3):",
                        "  x0 = torch.add(x0, i)",
                        "_1 = [x0, torch.cat([x0, x0], 1)]",
                        "return ((self.part).forward(x0, ), _1[1])")
                .config(tensor("input", "x", "FP32", "-1, 4")
                        + tensor("output", "y", "FP32", "-1, 3")
                        + tensor("output", "both", "FP32", "-1, 6"));
    }

    /// A declaration of one FLOAT vector of any length to another.
    public static String vectors(String input, String output) {
        return "platform: \"pytorch_libtorch\"\n" + tensor("input", input, "FP32", "-1")
                + tensor("output", output, "FP32", "-1");
    }

    /// @param dims such as `-1, 3`
    public static String tensor(String field, String name, String type, String dims) {
        return field + " [ { name: \"" + name + "\" data_type: TYPE_" + type + " dims: [ " + dims + " ] } ]\n";
    }

    public void writeTo(Path directory) throws IOException {
        Files.write(directory.resolve(FILE), bytes());
        if (!config.isEmpty()) {
            Files.writeString(directory.resolve(CONFIG), config);
        }
    }

    private byte[] bytes() throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put("data.pkl", pickle());
        sources.forEach((entry, text) -> entries.put("code/" + entry, text.getBytes(StandardCharsets.UTF_8)));
        entries.put(
                "code/__torch__.py",
                (module() + sources.getOrDefault("__torch__.py", "")).getBytes(StandardCharsets.UTF_8));
        int next = 0;
        for (float[] values : weights.values()) {
            ByteBuffer numbers = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
            numbers.asFloatBuffer().put(values);
            entries.put("data/" + next++, numbers.array());
        }
        entries.put("constants.pkl", new TorchPickle().emptyTuple().bytes());
        if (traced.length > 0) {
            entries.put("traced_inputs.pkl", traced);
        }
        entries.put("version", "3\n".getBytes(StandardCharsets.UTF_8));
        entries.put("byteorder", "little".getBytes(StandardCharsets.UTF_8));
        Map<String, byte[]> inFolder = new LinkedHashMap<>();
        entries.forEach((entry, content) -> inFolder.put(FOLDER + entry, content));
        return stored(inFolder);
    }

    private String module() {
        StringBuilder text = new StringBuilder("class M(Module):\n  __parameters__ = [");
        weights.keySet().forEach(name -> text.append('"').append(name).append("\", "));
        text.append("]\n  __buffers__ = []\n");
        weights.keySet().forEach(name -> text.append("  ").append(name).append(" : Tensor\n"));
        text.append("  training : bool\n");
        submodules.forEach((name, type) ->
                text.append("  ").append(name).append(" : ").append(type).append('\n'));
        methods.forEach(text::append);
        return text.toString();
    }

    private byte[] pickle() {
        TorchPickle pickle = new TorchPickle().beginObject("__torch__", "M");
        int next = 0;
        for (String name : weights.keySet()) {
            pickle.text(name).tensor(next++, Objects.requireNonNull(shapes.get(name)));
        }
        pickle.text("training").truth();
        submodules.forEach((name, type) -> {
            int dot = type.lastIndexOf('.');
            pickle.text(name)
                    .beginObject(type.substring(0, dot), type.substring(dot + 1))
                    .text("training")
                    .truth()
                    .endObject();
        });
        return pickle.endObject().bytes();
    }

    static byte[] stored(Map<String, byte[]> entries) throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(file)) {
            for (Map.Entry<String, byte[]> content : entries.entrySet()) {
                ZipEntry entry = new ZipEntry(content.getKey());
                entry.setMethod(ZipEntry.STORED);
                entry.setSize(content.getValue().length);
                CRC32 sum = new CRC32();
                sum.update(content.getValue());
                entry.setCrc(sum.getValue());
                zip.putNextEntry(entry);
                zip.write(content.getValue());
                zip.closeEntry();
            }
        }
        return file.toByteArray();
    }
}
