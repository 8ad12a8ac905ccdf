package io.kaon.engine.onnx;

import com.google.protobuf.CodedInputStream;
import io.kaon.engine.onnx.OnnxGraph.ValueType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Reads the few fields of a `ModelProto` that [OnnxGraph] keeps, in one pass over the file.
///
/// Everything else, weights above all, is skipped without being read into memory. The file is not trusted: texts and
/// lists have an upper size, nesting an upper depth, and whatever does not parse makes the whole graph unreadable,
/// which is no error here, because ONNX Runtime reads the same file next and says what is wrong with it.
final class OnnxGraphReader {
    private static final int MAX_DEPTH = 64;
    private static final int MAX_TEXT_BYTES = 1 << 16;
    private static final int MAX_LIST = 1 << 20;

    // Protobuf's two wire types that occur here. A tag is a field's number with its wire type; a field that comes
    // with another wire type than the standard gives it is skipped like an unknown one.
    private static final int VARINT = 0;
    private static final int LEN = 2;

    private static final int MODEL_GRAPH = 7 << 3 | LEN;
    private static final int MODEL_FUNCTIONS = 25 << 3 | LEN;
    private static final int FUNCTION_NODE = 7 << 3 | LEN;
    private static final int GRAPH_NODE = 1 << 3 | LEN;
    private static final int GRAPH_INITIALIZER = 5 << 3 | LEN;
    private static final int GRAPH_INPUT = 11 << 3 | LEN;
    private static final int GRAPH_OUTPUT = 12 << 3 | LEN;
    private static final int TENSOR_NAME = 8 << 3 | LEN;
    private static final int TENSOR_EXTERNAL_DATA = 13 << 3 | LEN;
    private static final int NODE_OUTPUT = 2 << 3 | LEN;
    private static final int NODE_OPERATOR = 4 << 3 | LEN;
    private static final int NODE_ATTRIBUTE = 5 << 3 | LEN;
    private static final int NODE_DOMAIN = 7 << 3 | LEN;
    private static final int ATTRIBUTE_NAME = 1 << 3 | LEN;
    private static final int ATTRIBUTE_TENSOR = 5 << 3 | LEN;
    private static final int ATTRIBUTE_GRAPH = 6 << 3 | LEN;
    private static final int ATTRIBUTE_INT = 8 << 3 | VARINT;
    private static final int ATTRIBUTE_INTS_PACKED = 8 << 3 | LEN;
    private static final int ATTRIBUTE_STRING = 9 << 3 | LEN;
    private static final int ATTRIBUTE_GRAPHS = 11 << 3 | LEN;
    private static final int VALUE_NAME = 1 << 3 | LEN;
    private static final int VALUE_TYPE = 2 << 3 | LEN;
    private static final int TYPE_TENSOR = 1 << 3 | LEN;
    private static final int TYPE_SEQUENCE = 4 << 3 | LEN;
    private static final int TYPE_MAP = 5 << 3 | LEN;
    private static final int TYPE_OPAQUE = 7 << 3 | LEN;
    private static final int TYPE_SPARSE = 8 << 3 | LEN;
    private static final int TYPE_OPTIONAL = 9 << 3 | LEN;
    private static final int TENSOR_ELEMENT = 1 << 3 | VARINT;
    private static final int TENSOR_SHAPE = 2 << 3 | LEN;
    private static final int WRAPPED_TYPE = 1 << 3 | LEN;
    private static final int MAP_KEY = 1 << 3 | VARINT;
    private static final int MAP_VALUE = 2 << 3 | LEN;

    /// Operators whose result depends on the characters of strings: all that ONNX Runtime's CPU build has.
    private static final Set<String> STRING_READERS = Set.of(
            "StringNormalizer",
            "StringSplit",
            "RegexFullMatch",
            "TfIdfVectorizer",
            "Equal",
            "Unique",
            "Cast",
            "CastLike",
            "LabelEncoder",
            "CategoryMapper",
            "OneHotEncoder",
            "DictVectorizer",
            "Tokenizer",
            "MurmurHash3");

    private static final Set<String> STANDARD_DOMAINS = Set.of("", "ai.onnx", "ai.onnx.ml");

    private final CodedInputStream in;
    private final Map<String, ValueType> inputs = new LinkedHashMap<>();
    private final Map<String, ValueType> outputs = new LinkedHashMap<>();
    private final Set<String> initializers = new HashSet<>();
    private final Map<String, List<Object>> classes = new HashMap<>();
    private boolean externalData;
    private boolean readsStrings;

    private OnnxGraphReader(InputStream in) {
        this.in = CodedInputStream.newInstance(in);
    }

    static OnnxGraph read(Path model) {
        try (InputStream file = Files.newInputStream(model)) {
            return new OnnxGraphReader(file).model();
        } catch (IOException e) {
            return OnnxGraph.UNREADABLE;
        }
    }

    private OnnxGraph model() throws IOException {
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (tag) {
                case MODEL_GRAPH -> graph();
                case MODEL_FUNCTIONS -> nodes(FUNCTION_NODE, MAX_DEPTH);
                default -> in.skipField(tag);
            }
        }
        inputs.keySet().removeAll(initializers);
        return new OnnxGraph(inputs, outputs, classes, externalData, readsStrings);
    }

    private void graph() throws IOException {
        int outer = enter();
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (tag) {
                case GRAPH_NODE -> node(MAX_DEPTH);
                case GRAPH_INITIALIZER -> initializers.add(constant());
                case GRAPH_INPUT -> value(inputs);
                case GRAPH_OUTPUT -> value(outputs);
                default -> in.skipField(tag);
            }
        }
        in.popLimit(outer);
    }

    /// The name of a constant tensor.
    private String constant() throws IOException {
        String name = "";
        int outer = enter();
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (tag) {
                case TENSOR_NAME -> name = text();
                case TENSOR_EXTERNAL_DATA -> {
                    in.skipField(tag);
                    externalData = true;
                }
                default -> in.skipField(tag);
            }
        }
        in.popLimit(outer);
        return name;
    }

    /// The nodes of a function, or of the body of an If, Loop or Scan: they count as if they stood in the graph.
    private void nodes(int nodeTag, int depth) throws IOException {
        int outer = enter();
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (tag == nodeTag && depth > 0) {
                node(depth);
            } else if (tag == GRAPH_INITIALIZER && nodeTag == GRAPH_NODE) {
                String _ = constant();
            } else {
                in.skipField(tag);
            }
        }
        in.popLimit(outer);
    }

    private void node(int depth) throws IOException {
        String operator = "";
        String domain = "";
        List<String> results = new ArrayList<>();
        List<Object> labels = new ArrayList<>();
        int outer = enter();
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (tag) {
                case NODE_OUTPUT -> add(results, text());
                case NODE_OPERATOR -> operator = text();
                case NODE_DOMAIN -> domain = text();
                case NODE_ATTRIBUTE -> attribute(labels, depth);
                default -> in.skipField(tag);
            }
        }
        in.popLimit(outer);
        readsStrings |= STRING_READERS.contains(operator) || !STANDARD_DOMAINS.contains(domain);
        if (operator.equals("ZipMap") && !results.isEmpty()) {
            classes.put(results.getFirst(), labels);
        }
    }

    private void attribute(List<Object> labels, int depth) throws IOException {
        String name = "";
        List<Object> list = new ArrayList<>();
        int outer = enter();
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (tag) {
                case ATTRIBUTE_NAME -> name = text();
                case ATTRIBUTE_INT -> add(list, in.readInt64());
                case ATTRIBUTE_INTS_PACKED -> {
                    int rest = enter();
                    while (in.getBytesUntilLimit() > 0) {
                        add(list, in.readInt64());
                    }
                    in.popLimit(rest);
                }
                case ATTRIBUTE_STRING -> add(list, text());
                case ATTRIBUTE_TENSOR -> {
                    String _ = constant();
                }
                case ATTRIBUTE_GRAPH, ATTRIBUTE_GRAPHS -> nodes(GRAPH_NODE, depth - 1);
                default -> in.skipField(tag);
            }
        }
        in.popLimit(outer);
        if (name.startsWith("classlabels_")) {
            labels.addAll(list);
        }
    }

    private void value(Map<String, ValueType> values) throws IOException {
        String name = "";
        ValueType type = ValueType.UNDECLARED;
        int outer = enter();
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (tag) {
                case VALUE_NAME -> name = text();
                case VALUE_TYPE -> type = type(MAX_DEPTH);
                default -> in.skipField(tag);
            }
        }
        in.popLimit(outer);
        values.put(name, type);
    }

    private ValueType type(int depth) throws IOException {
        ValueType type = ValueType.UNDECLARED;
        int outer = enter();
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (tag) {
                case TYPE_TENSOR -> type = tensor();
                case TYPE_SPARSE -> type = ValueType.other("sparse_tensor(" + tensor().text() + ")");
                case TYPE_SEQUENCE -> type = ValueType.other("sequence(" + wrapped(depth) + ")");
                case TYPE_OPTIONAL -> type = ValueType.other("optional(" + wrapped(depth) + ")");
                case TYPE_MAP -> type = ValueType.other("map(" + map(depth) + ")");
                case TYPE_OPAQUE -> {
                    in.skipField(tag);
                    type = ValueType.other("opaque");
                }
                default -> in.skipField(tag);
            }
        }
        in.popLimit(outer);
        return type;
    }

    private ValueType tensor() throws IOException {
        int element = 0;
        boolean shaped = false;
        int outer = enter();
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (tag) {
                case TENSOR_ELEMENT -> element = in.readInt32();
                case TENSOR_SHAPE -> {
                    in.skipField(tag);
                    shaped = true;
                }
                default -> in.skipField(tag);
            }
        }
        in.popLimit(outer);
        return ValueType.tensor(element, shaped);
    }

    private String wrapped(int depth) throws IOException {
        String text = "";
        int outer = enter();
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (tag == WRAPPED_TYPE && depth > 0) {
                text = type(depth - 1).text();
            } else {
                in.skipField(tag);
            }
        }
        in.popLimit(outer);
        return text;
    }

    private String map(int depth) throws IOException {
        String key = "";
        String value = "";
        int outer = enter();
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (tag == MAP_KEY) {
                key = ElementTypes.name(in.readInt32());
            } else if (tag == MAP_VALUE && depth > 0) {
                value = type(depth - 1).text();
            } else {
                in.skipField(tag);
            }
        }
        in.popLimit(outer);
        return key + "," + value;
    }

    /// Enters the message or list whose length comes next.
    ///
    /// @return what to give back to `popLimit` at its end
    private int enter() throws IOException {
        return in.pushLimit(in.readRawVarint32());
    }

    /// The text that comes next; empty if it is too long to be a name.
    private String text() throws IOException {
        int length = in.readRawVarint32();
        if (length > MAX_TEXT_BYTES) {
            in.skipRawBytes(length);
            return "";
        }
        return new String(in.readRawBytes(length), StandardCharsets.UTF_8);
    }

    private static <T> void add(List<T> list, T value) {
        if (list.size() < MAX_LIST) {
            list.add(value);
        }
    }
}
