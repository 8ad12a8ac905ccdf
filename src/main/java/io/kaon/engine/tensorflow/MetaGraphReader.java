package io.kaon.engine.tensorflow;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import io.kaon.engine.tensorflow.MetaGraph.Function;
import io.kaon.engine.tensorflow.MetaGraph.Node;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Reads the few fields of a `SavedModel` message that [MetaGraph] keeps, in one pass. Constants, which hold most of a
/// large file, are skipped without being read into memory. Nothing is trusted: nesting has an upper depth, and whatever
/// does not parse is an error.
final class MetaGraphReader {
    private static final int MAX_DEPTH = 64;
    private static final int VARINT = 0;
    private static final int LEN = 2;

    private static final int SAVED_MODEL_META_GRAPHS = 2 << 3 | LEN;
    private static final int META_INFO = 1 << 3 | LEN;
    private static final int META_INFO_TAGS = 4 << 3 | LEN;
    private static final int META_GRAPH_GRAPH = 2 << 3 | LEN;
    private static final int META_GRAPH_SIGNATURES = 5 << 3 | LEN;
    private static final int GRAPH_NODE = 1 << 3 | LEN;
    private static final int GRAPH_LIBRARY = 2 << 3 | LEN;
    private static final int LIBRARY_FUNCTION = 1 << 3 | LEN;
    private static final int FUNCTION_SIGNATURE = 1 << 3 | LEN;
    private static final int FUNCTION_NODE = 3 << 3 | LEN;
    private static final int NODE_NAME = 1 << 3 | LEN;
    private static final int NODE_OPERATOR = 2 << 3 | LEN;
    private static final int NODE_INPUT = 3 << 3 | LEN;
    private static final int NODE_ATTRIBUTES = 5 << 3 | LEN;
    private static final int ENTRY_KEY = 1 << 3 | LEN;
    private static final int ENTRY_VALUE = 2 << 3 | LEN;
    private static final int ATTRIBUTE_LIST = 1 << 3 | LEN;
    private static final int ATTRIBUTE_TENSOR = 8 << 3 | LEN;
    private static final int TENSOR_TYPE = 1 << 3 | VARINT;
    private static final int ATTRIBUTE_FUNCTION = 10 << 3 | LEN;
    private static final int LIST_FUNCTION = 9 << 3 | LEN;
    private static final int LIST_TYPE = 6 << 3 | VARINT;
    private static final int LIST_TYPES_PACKED = 6 << 3 | LEN;
    private static final int FUNCTION_NAME = 1 << 3 | LEN;
    private static final int SIGNATURE_OUTPUT = 3 << 3 | LEN;
    private static final int ARGUMENT_NUMBER = 5 << 3 | LEN;
    private static final int ARGUMENT_TYPE_LIST = 6 << 3 | LEN;

    /// The attribute by which operators that call functions announce what they give.
    private static final String RESULT_TYPES = "Tout";

    /// Before the name of a node that only must have run.
    private static final String CONTROL = "^";

    /// The largest number of an element type.
    private static final int LAST_TYPE = 33;

    private final CodedInputStream in;
    private int depth;

    MetaGraphReader(CodedInputStream in) {
        this.in = in;
    }

    /// Every graph of the file.
    ///
    /// @throws IOException if it cannot be read, or is no `SavedModel`
    List<MetaGraph> savedModel() throws IOException {
        List<MetaGraph> graphs = new ArrayList<>();
        fields(tag -> {
            if (tag == SAVED_MODEL_META_GRAPHS) {
                graphs.add(metaGraph());
                return true;
            }
            return false;
        });
        return graphs;
    }

    private MetaGraph metaGraph() throws IOException {
        Set<String> tags = new LinkedHashSet<>();
        Map<String, ByteString> signatures = new LinkedHashMap<>();
        Map<String, Node> nodes = new LinkedHashMap<>();
        Map<String, Function> functions = new LinkedHashMap<>();
        message(field -> {
            switch (field) {
                case META_INFO -> message(info -> info == META_INFO_TAGS && tags.add(in.readStringRequireUtf8()));
                case META_GRAPH_GRAPH -> graph(nodes, functions);
                case META_GRAPH_SIGNATURES -> signature(signatures);
                default -> {
                    return false;
                }
            }
            return true;
        });
        return new MetaGraph(tags, signatures, nodes, functions);
    }

    private void signature(Map<String, ByteString> signatures) throws IOException {
        String[] name = {""};
        ByteString[] definition = {ByteString.EMPTY};
        message(field -> {
            switch (field) {
                case ENTRY_KEY -> name[0] = in.readStringRequireUtf8();
                case ENTRY_VALUE -> definition[0] = in.readBytes();
                default -> {
                    return false;
                }
            }
            return true;
        });
        signatures.put(name[0], definition[0]);
    }

    private void graph(Map<String, Node> nodes, Map<String, Function> functions) throws IOException {
        message(field -> {
            switch (field) {
                case GRAPH_NODE -> node(nodes::put);
                case GRAPH_LIBRARY ->
                    message(library -> {
                        if (library != LIBRARY_FUNCTION) {
                            return false;
                        }
                        function(functions);
                        return true;
                    });
                default -> {
                    return false;
                }
            }
            return true;
        });
    }

    private void function(Map<String, Function> functions) throws IOException {
        String[] name = {""};
        int[] results = {0};
        List<Node> nodes = new ArrayList<>();
        message(field -> {
            switch (field) {
                case FUNCTION_SIGNATURE ->
                    message(signature -> {
                        if (signature != SIGNATURE_OUTPUT) {
                            return readName(signature, FUNCTION_NAME, name);
                        }
                        boolean plain = isOneTensor();
                        results[0] = plain && results[0] != MetaGraph.UNKNOWN ? results[0] + 1 : MetaGraph.UNKNOWN;
                        return true;
                    });
                case FUNCTION_NODE -> node((_, node) -> nodes.add(node));
                default -> {
                    return false;
                }
            }
            return true;
        });
        functions.put(name[0], new Function(nodes, results[0]));
    }

    /// Whether an argument stands for one tensor, not for as many as an attribute says.
    private boolean isOneTensor() throws IOException {
        boolean[] one = {true};
        message(field -> {
            one[0] &= field != ARGUMENT_NUMBER && field != ARGUMENT_TYPE_LIST;
            return false;
        });
        return one[0];
    }

    @FunctionalInterface
    private interface Found {
        void node(String name, Node node);
    }

    private void node(Found found) throws IOException {
        String[] name = {""};
        String[] operator = {""};
        List<String> inputs = new ArrayList<>(2);
        List<String> calls = new ArrayList<>(0);
        int[] taken = {0};
        int[] results = {MetaGraph.UNKNOWN};
        message(field -> {
            switch (field) {
                case NODE_NAME -> name[0] = in.readStringRequireUtf8();
                case NODE_OPERATOR -> operator[0] = in.readStringRequireUtf8();
                case NODE_INPUT -> {
                    String input = in.readStringRequireUtf8();
                    inputs.add(nodeOf(input));
                    taken[0] += input.startsWith(CONTROL) ? 0 : 1;
                }
                case NODE_ATTRIBUTES -> {
                    String[] key = {""};
                    int[] types = {0};
                    message(entry -> entry == ENTRY_VALUE ? attribute(calls, types) : readName(entry, ENTRY_KEY, key));
                    results[0] = key[0].equals(RESULT_TYPES) ? types[0] : results[0];
                }
                default -> {
                    return false;
                }
            }
            return true;
        });
        found.node(name[0], new Node(operator[0].intern(), inputs, taken[0], calls, results[0]));
    }

    /// What functions an attribute names, and how many types.
    private boolean attribute(List<String> calls, int[] types) throws IOException {
        message(field -> {
            switch (field) {
                case ATTRIBUTE_FUNCTION -> call(calls);
                case ATTRIBUTE_TENSOR -> message(this::constant);
                case ATTRIBUTE_LIST ->
                    message(list -> {
                        switch (list) {
                            case LIST_FUNCTION -> call(calls);
                            case LIST_TYPE -> {
                                long _ = in.readRawVarint64();
                                types[0]++;
                            }
                            case LIST_TYPES_PACKED -> types[0] += packed();
                            default -> {
                                return false;
                            }
                        }
                        return true;
                    });
                default -> {
                    return false;
                }
            }
            return true;
        });
        return true;
    }

    /// TensorFlow ends the process over a constant whose type it does not know.
    private boolean constant(int field) throws IOException {
        if (field != TENSOR_TYPE) {
            return false;
        }
        long type = in.readRawVarint64();
        if (type < 0 || type > LAST_TYPE) {
            throw new IOException("a constant has the element type number " + type + ", which does not exist");
        }
        return true;
    }

    /// How many numbers a packed list has.
    private int packed() throws IOException {
        int count = 0;
        int limit = in.pushLimit(in.readRawVarint32());
        while (in.getBytesUntilLimit() > 0) {
            long _ = in.readRawVarint64();
            count++;
        }
        in.popLimit(limit);
        return count;
    }

    private void call(List<String> calls) throws IOException {
        String[] name = {""};
        message(field -> readName(field, FUNCTION_NAME, name));
        calls.add(name[0]);
    }

    private boolean readName(int field, int wanted, String[] name) throws IOException {
        if (field != wanted) {
            return false;
        }
        name[0] = in.readStringRequireUtf8();
        return true;
    }

    /// `name`, `name:1` and `^name` all are of the node `name`.
    static String nodeOf(String input) {
        int from = input.startsWith(CONTROL) ? 1 : 0;
        int colon = input.indexOf(':');
        return input.substring(from, colon < 0 ? input.length() : Math.max(from, colon));
    }

    @FunctionalInterface
    private interface Field {
        /// @return whether the field was read; if not, it is skipped
        boolean read(int tag) throws IOException;
    }

    private void message(Field field) throws IOException {
        int length = in.readRawVarint32();
        if (depth == MAX_DEPTH) {
            throw new IOException("messages are nested deeper than " + MAX_DEPTH + " levels");
        }
        depth++;
        int limit = in.pushLimit(length);
        fields(field);
        in.popLimit(limit);
        depth--;
    }

    private void fields(Field field) throws IOException {
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (!field.read(tag) && !in.skipField(tag)) {
                throw new IOException("a group ends where none began");
            }
        }
    }
}
