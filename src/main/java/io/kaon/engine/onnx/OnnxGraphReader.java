package io.kaon.engine.onnx;

import static io.kaon.engine.onnx.ProtoFields.LEN;
import static io.kaon.engine.onnx.ProtoFields.VARINT;

import io.kaon.engine.onnx.OnnxGraph.ValueType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Reads the few fields of a `ModelProto` that [OnnxGraph] keeps, in one pass over the file.
///
/// Everything else, weights above all, is skipped without being read into memory. The file is not trusted: texts and
/// lists have an upper size, nesting an upper depth, and whatever does not parse makes the whole graph unreadable,
/// which is no error here, because ONNX Runtime reads the same file next and says what is wrong with it.
final class OnnxGraphReader {
    private static final int MAX_DEPTH = 64;
    private static final int MAX_LIST = 1 << 20;

    private static final int MODEL_GRAPH = 7 << 3 | LEN;
    private static final int MODEL_FUNCTIONS = 25 << 3 | LEN;
    private static final int FUNCTION_NODE = 7 << 3 | LEN;
    private static final int GRAPH_NODE = 1 << 3 | LEN;
    private static final int GRAPH_INITIALIZER = 5 << 3 | LEN;
    private static final int GRAPH_INPUT = 11 << 3 | LEN;
    private static final int GRAPH_OUTPUT = 12 << 3 | LEN;
    private static final int TENSOR_STRING = 6 << 3 | LEN;
    private static final int TENSOR_NAME = 8 << 3 | LEN;
    private static final int TENSOR_EXTERNAL_DATA = 13 << 3 | LEN;
    private static final int ENTRY_KEY = 1 << 3 | LEN;
    private static final int ENTRY_VALUE = 2 << 3 | LEN;
    private static final int NODE_OUTPUT = 2 << 3 | LEN;
    private static final int NODE_OPERATOR = 4 << 3 | LEN;
    private static final int NODE_ATTRIBUTE = 5 << 3 | LEN;
    private static final int NODE_DOMAIN = 7 << 3 | LEN;
    private static final int ATTRIBUTE_NAME = 1 << 3 | LEN;
    private static final int ATTRIBUTE_TEXT = 4 << 3 | LEN;
    private static final int ATTRIBUTE_TENSOR = 5 << 3 | LEN;
    private static final int ATTRIBUTE_GRAPH = 6 << 3 | LEN;
    private static final int ATTRIBUTE_INT = 8 << 3 | VARINT;
    private static final int ATTRIBUTE_INTS_PACKED = 8 << 3 | LEN;
    private static final int ATTRIBUTE_STRING = 9 << 3 | LEN;
    private static final int ATTRIBUTE_GRAPHS = 11 << 3 | LEN;

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

    /// Operators that values tell what to compute, or how often. How long a recurrent operator or a Scan goes on
    /// follows from the shape of its input.
    ///
    /// Nothing is said of operators with a state, because ONNX has none. Random ones draw from a sequence of their
    /// own: a call changes nothing for later ones but the numbers, on which no call relies.
    private static final Set<String> CONTROL_FLOW =
            Set.of("Loop", "If", "BeamSearch", "GreedySearch", "Sampling", "WhisperBeamSearch");

    /// Attributes whose strings are only compared with others, and never answered.
    private static final Set<String> COMPARED = Set.of(
            "keys_strings",
            "keys_tensor",
            "stopwords",
            "pool_strings",
            "string_vocabulary",
            "pattern",
            "delimiter",
            "separators",
            "tokenexp");

    private static final Set<String> STANDARD_DOMAINS = Set.of("", "ai.onnx", "ai.onnx.ml");

    private final ProtoFields in;
    private final ValueTypeReader types;
    private final Map<String, ValueType> inputs = new LinkedHashMap<>();
    private final Map<String, ValueType> outputs = new LinkedHashMap<>();
    private final Set<String> initializers = new HashSet<>();
    private final Map<String, List<Object>> classes = new HashMap<>();
    private final Map<String, String> externalFiles = new TreeMap<>();
    private boolean readsStrings;
    private boolean controlFlow;
    private @Nullable String garbled;

    private OnnxGraphReader(InputStream in) {
        this.in = new ProtoFields(in);
        this.types = new ValueTypeReader(this.in, MAX_DEPTH);
    }

    static OnnxGraph read(Path model) {
        try (InputStream file = Files.newInputStream(model)) {
            return new OnnxGraphReader(file).model();
        } catch (IOException e) {
            return OnnxGraph.UNREADABLE;
        }
    }

    private OnnxGraph model() throws IOException {
        for (int tag = in.next(); tag != 0; tag = in.next()) {
            switch (tag) {
                case MODEL_GRAPH -> graph();
                case MODEL_FUNCTIONS -> nodes(FUNCTION_NODE, MAX_DEPTH);
                default -> in.skip(tag);
            }
        }
        initializers.retainAll(inputs.keySet());
        inputs.keySet().removeAll(initializers);
        return new OnnxGraph(inputs, initializers, outputs, classes, externalFiles, readsStrings, controlFlow, garbled);
    }

    private void graph() throws IOException {
        int outer = in.enter();
        for (int tag = in.next(); tag != 0; tag = in.next()) {
            switch (tag) {
                case GRAPH_NODE -> node(MAX_DEPTH);
                case GRAPH_INITIALIZER -> initializers.add(constant());
                case GRAPH_INPUT -> types.read(inputs::put);
                case GRAPH_OUTPUT -> types.read(outputs::put);
                default -> in.skip(tag);
            }
        }
        in.leave(outer);
    }

    /// The name of a constant tensor.
    private String constant() throws IOException {
        String name = "";
        String external = null;
        int outer = in.enter();
        for (int tag = in.next(); tag != 0; tag = in.next()) {
            switch (tag) {
                case TENSOR_NAME -> name = in.text();
                case TENSOR_EXTERNAL_DATA -> {
                    String file = externalFile();
                    external = file == null ? external : file;
                }
                case TENSOR_STRING -> notice(in.text());
                default -> in.skip(tag);
            }
        }
        in.leave(outer);
        if (external != null && externalFiles.size() < MAX_LIST) {
            externalFiles.putIfAbsent(external, name);
        }
        return name;
    }

    /// One of the entries that say where a tensor's data stands: in which file, and where in it.
    ///
    /// @return the file, if this entry tells it
    private @Nullable String externalFile() throws IOException {
        String key = "";
        String value = "";
        int outer = in.enter();
        for (int tag = in.next(); tag != 0; tag = in.next()) {
            switch (tag) {
                case ENTRY_KEY -> key = in.text();
                case ENTRY_VALUE -> value = in.text();
                default -> in.skip(tag);
            }
        }
        in.leave(outer);
        return key.equals("location") ? value : null;
    }

    /// The nodes of a function, or of the body of an If, Loop or Scan: they count as if they stood in the graph.
    private void nodes(int nodeTag, int depth) throws IOException {
        int outer = in.enter();
        for (int tag = in.next(); tag != 0; tag = in.next()) {
            if (tag == nodeTag && depth > 0) {
                node(depth);
            } else if (tag == GRAPH_INITIALIZER && nodeTag == GRAPH_NODE) {
                String _ = constant();
            } else {
                in.skip(tag);
            }
        }
        in.leave(outer);
    }

    private void node(int depth) throws IOException {
        String operator = "";
        String domain = "";
        List<String> results = new ArrayList<>();
        List<Object> labels = new ArrayList<>();
        int outer = in.enter();
        for (int tag = in.next(); tag != 0; tag = in.next()) {
            switch (tag) {
                case NODE_OUTPUT -> add(results, in.text());
                case NODE_OPERATOR -> operator = in.text();
                case NODE_DOMAIN -> domain = in.text();
                case NODE_ATTRIBUTE -> attribute(labels, depth);
                default -> in.skip(tag);
            }
        }
        in.leave(outer);
        controlFlow |= CONTROL_FLOW.contains(operator);
        readsStrings |= STRING_READERS.contains(operator) || !STANDARD_DOMAINS.contains(domain);
        if (operator.equals("ZipMap") && !results.isEmpty()) {
            classes.put(results.getFirst(), labels);
        }
    }

    private void attribute(List<Object> labels, int depth) throws IOException {
        String name = "";
        List<Object> list = new ArrayList<>();
        String before = garbled;
        int outer = in.enter();
        for (int tag = in.next(); tag != 0; tag = in.next()) {
            switch (tag) {
                case ATTRIBUTE_NAME -> name = in.text();
                case ATTRIBUTE_INT -> add(list, in.number());
                case ATTRIBUTE_INTS_PACKED -> {
                    int rest = in.enter();
                    while (in.hasMore()) {
                        add(list, in.number());
                    }
                    in.leave(rest);
                }
                case ATTRIBUTE_TEXT -> notice(in.text());
                case ATTRIBUTE_STRING -> {
                    String text = in.text();
                    notice(text);
                    add(list, text);
                }
                case ATTRIBUTE_TENSOR -> {
                    String _ = constant();
                }
                case ATTRIBUTE_GRAPH, ATTRIBUTE_GRAPHS -> nodes(GRAPH_NODE, depth - 1);
                default -> in.skip(tag);
            }
        }
        in.leave(outer);
        if (COMPARED.contains(name)) {
            garbled = before;
        }
        if (name.startsWith("classlabels_")) {
            labels.addAll(list);
        }
    }

    /// What is not UTF-8 is no text.
    private void notice(String text) {
        if (garbled == null && !JavaStrings.passesUnchanged(text) && text.indexOf('\uFFFD') < 0) {
            garbled = text;
        }
    }

    private static <T> void add(List<T> list, T value) {
        if (list.size() < MAX_LIST) {
            list.add(value);
        }
    }
}
