package io.kaon.engine.tensorflow;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
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
    private static final int ATTRIBUTE_FUNCTION = 10 << 3 | LEN;
    private static final int LIST_FUNCTION = 9 << 3 | LEN;
    private static final int FUNCTION_NAME = 1 << 3 | LEN;

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
        Map<String, List<Node>> functions = new LinkedHashMap<>();
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

    private void graph(Map<String, Node> nodes, Map<String, List<Node>> functions) throws IOException {
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

    private void function(Map<String, List<Node>> functions) throws IOException {
        String[] name = {""};
        List<Node> nodes = new ArrayList<>();
        message(field -> {
            switch (field) {
                case FUNCTION_SIGNATURE -> message(signature -> readName(signature, FUNCTION_NAME, name));
                case FUNCTION_NODE -> node((_, node) -> nodes.add(node));
                default -> {
                    return false;
                }
            }
            return true;
        });
        functions.put(name[0], nodes);
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
        message(field -> {
            switch (field) {
                case NODE_NAME -> name[0] = in.readStringRequireUtf8();
                case NODE_OPERATOR -> operator[0] = in.readStringRequireUtf8();
                case NODE_INPUT -> inputs.add(nodeOf(in.readStringRequireUtf8()));
                case NODE_ATTRIBUTES -> message(entry -> entry == ENTRY_VALUE && attribute(calls));
                default -> {
                    return false;
                }
            }
            return true;
        });
        found.node(name[0], new Node(operator[0].intern(), inputs, calls));
    }

    /// What functions an attribute names.
    private boolean attribute(List<String> calls) throws IOException {
        message(field -> {
            switch (field) {
                case ATTRIBUTE_FUNCTION -> call(calls);
                case ATTRIBUTE_LIST ->
                    message(list -> {
                        if (list != LIST_FUNCTION) {
                            return false;
                        }
                        call(calls);
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
        int from = input.startsWith("^") ? 1 : 0;
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
