package io.kaon.engine.tensorflow;

import static io.kaon.engine.tensorflow.ProtoReader.LEN;

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
/// large file, are skipped without being read into memory.
final class MetaGraphReader {
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
    private static final int ENTRY_KEY = 1 << 3 | LEN;
    private static final int ENTRY_VALUE = 2 << 3 | LEN;
    private static final int FUNCTION_NAME = 1 << 3 | LEN;
    private static final int SIGNATURE_OUTPUT = 3 << 3 | LEN;
    private static final int ARGUMENT_NUMBER = 5 << 3 | LEN;
    private static final int ARGUMENT_TYPE_LIST = 6 << 3 | LEN;

    private final ProtoReader in;

    MetaGraphReader(CodedInputStream in) {
        this.in = new ProtoReader(in);
    }

    /// Every graph of the file.
    ///
    /// @throws IOException if it cannot be read, or is no `SavedModel`
    List<MetaGraph> savedModel() throws IOException {
        List<MetaGraph> graphs = new ArrayList<>();
        in.fields(tag -> {
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
        in.message(field -> {
            switch (field) {
                case META_INFO -> in.message(info -> info == META_INFO_TAGS && tags.add(in.text()));
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
        in.message(field -> {
            switch (field) {
                case ENTRY_KEY -> name[0] = in.text();
                case ENTRY_VALUE -> definition[0] = in.bytes();
                default -> {
                    return false;
                }
            }
            return true;
        });
        signatures.put(name[0], definition[0]);
    }

    private void graph(Map<String, Node> nodes, Map<String, Function> functions) throws IOException {
        in.message(field -> {
            switch (field) {
                case GRAPH_NODE -> NodeReader.read(in, nodes::put);
                case GRAPH_LIBRARY ->
                    in.message(library -> {
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
        in.message(field -> {
            switch (field) {
                case FUNCTION_SIGNATURE ->
                    in.message(signature -> {
                        if (signature != SIGNATURE_OUTPUT) {
                            return functionName(signature, name);
                        }
                        boolean plain = isOneTensor();
                        results[0] = plain && results[0] != MetaGraph.UNKNOWN ? results[0] + 1 : MetaGraph.UNKNOWN;
                        return true;
                    });
                case FUNCTION_NODE -> NodeReader.read(in, (_, node) -> nodes.add(node));
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
        in.message(field -> {
            one[0] &= field != ARGUMENT_NUMBER && field != ARGUMENT_TYPE_LIST;
            return false;
        });
        return one[0];
    }

    private boolean functionName(int field, String[] name) throws IOException {
        if (field != FUNCTION_NAME) {
            return false;
        }
        name[0] = in.text();
        return true;
    }
}
