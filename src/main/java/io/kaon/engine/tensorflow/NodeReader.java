package io.kaon.engine.tensorflow;

import static io.kaon.engine.tensorflow.ProtoReader.LEN;
import static io.kaon.engine.tensorflow.ProtoReader.VARINT;

import io.kaon.engine.tensorflow.MetaGraph.Node;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Reads one `NodeDef`. Constants are looked at closer than [MetaGraph] needs, because TensorFlow ends the process over
/// those whose type it does not know, that hold another type than they are declared with, or that no memory holds.
final class NodeReader {
    private static final int NAME = 1 << 3 | LEN;
    private static final int OPERATOR = 2 << 3 | LEN;
    private static final int INPUT = 3 << 3 | LEN;
    private static final int ATTRIBUTES = 5 << 3 | LEN;
    private static final int ENTRY_KEY = 1 << 3 | LEN;
    private static final int ENTRY_VALUE = 2 << 3 | LEN;
    private static final int ATTRIBUTE_LIST = 1 << 3 | LEN;
    private static final int ATTRIBUTE_NUMBER = 3 << 3 | VARINT;
    private static final int ATTRIBUTE_TYPE = 6 << 3 | VARINT;
    private static final int ATTRIBUTE_TENSOR = 8 << 3 | LEN;
    private static final int ATTRIBUTE_FUNCTION = 10 << 3 | LEN;
    private static final int TENSOR_TYPE = 1 << 3 | VARINT;
    private static final int TENSOR_SHAPE = 2 << 3 | LEN;
    private static final int SHAPE_DIMENSION = 2 << 3 | LEN;
    private static final int DIMENSION_SIZE = 1 << 3 | VARINT;
    private static final int LIST_TYPE = 6 << 3 | VARINT;
    private static final int LIST_TYPES_PACKED = 6 << 3 | LEN;
    private static final int LIST_FUNCTION = 9 << 3 | LEN;
    private static final int FUNCTION_NAME = 1 << 3 | LEN;

    /// The attribute by which operators that call functions announce what they give.
    private static final String RESULT_TYPES = "Tout";

    private static final String CONSTANT = "Const";
    private static final String CONSTANT_TYPE = "dtype";
    private static final String CONSTANT_VALUE = "value";

    /// Before the name of a node that only must have run.
    private static final String CONTROL = "^";

    /// The largest number of an element type.
    private static final int LAST_TYPE = 33;

    /// Of a constant. No file holds more; one that writes a single value for all of them must not ask for more either.
    private static final long MOST_ELEMENTS = 1L << 31;

    /// Of tensors that one operator takes or gives.
    private static final long MOST_TENSORS = 1L << 20;

    private final ProtoReader in;

    private String name = "";
    private String operator = "";
    private final List<String> inputs = new ArrayList<>(2);
    private final List<String> calls = new ArrayList<>(0);
    private int inputCount;
    private int results = MetaGraph.UNKNOWN;
    private long declared = MetaGraph.UNKNOWN;
    private long held = MetaGraph.UNKNOWN;
    private final Map<String, Long> uncountable = new HashMap<>(0);

    // Of the attribute that is being read.
    private String key = "";
    private long number;
    private long type;
    private long tensorType;
    private int types;

    private NodeReader(ProtoReader in) {
        this.in = in;
    }

    @FunctionalInterface
    interface Found {
        void node(String name, Node node);
    }

    /// The node that comes next.
    ///
    /// @throws IOException if it is none, or a constant that TensorFlow must not see
    static void read(ProtoReader in, Found found) throws IOException {
        NodeReader node = new NodeReader(in);
        in.message(node::field);
        if (node.operator.equals(CONSTANT) && node.declared != node.held) {
            throw new IOException("the constant " + node.name + " is declared with the element type number "
                    + node.declared + " and holds " + node.held);
        }
        found.node(
                node.name,
                new Node(
                        node.operator.intern(),
                        node.inputs,
                        node.inputCount,
                        node.calls,
                        node.results,
                        node.uncountable));
    }

    private boolean field(int field) throws IOException {
        switch (field) {
            case NAME -> name = in.text();
            case OPERATOR -> operator = in.text();
            case INPUT -> {
                String input = in.text();
                inputs.add(nodeOf(input));
                inputCount += input.startsWith(CONTROL) ? 0 : 1;
            }
            case ATTRIBUTES -> attribute();
            default -> {
                return false;
            }
        }
        return true;
    }

    private void attribute() throws IOException {
        key = "";
        number = 0;
        type = MetaGraph.UNKNOWN;
        tensorType = MetaGraph.UNKNOWN;
        types = 0;
        in.message(entry -> {
            switch (entry) {
                case ENTRY_KEY -> key = in.text();
                case ENTRY_VALUE -> in.message(this::value);
                default -> {
                    return false;
                }
            }
            return true;
        });
        if (number < 0 || number > MOST_TENSORS) {
            uncountable.put(key, number);
        }
        switch (key) {
            case RESULT_TYPES -> results = types;
            case CONSTANT_TYPE -> declared = type;
            case CONSTANT_VALUE -> held = tensorType;
            default -> {
                // Of no interest here.
            }
        }
    }

    private boolean value(int field) throws IOException {
        switch (field) {
            case ATTRIBUTE_FUNCTION -> call();
            case ATTRIBUTE_NUMBER -> number = in.number();
            case ATTRIBUTE_TYPE -> type = in.number();
            case ATTRIBUTE_TENSOR -> {
                // What is not written is 0.
                tensorType = 0;
                in.message(this::tensor);
            }
            case ATTRIBUTE_LIST -> in.message(this::list);
            default -> {
                return false;
            }
        }
        return true;
    }

    private boolean list(int field) throws IOException {
        switch (field) {
            case LIST_FUNCTION -> call();
            case LIST_TYPE -> {
                long _ = in.number();
                types++;
            }
            case LIST_TYPES_PACKED -> types += in.listed();
            default -> {
                return false;
            }
        }
        return true;
    }

    private boolean tensor(int field) throws IOException {
        switch (field) {
            case TENSOR_TYPE -> {
                tensorType = in.number();
                if (tensorType < 0 || tensorType > LAST_TYPE) {
                    throw new IOException(
                            "a constant has the element type number " + tensorType + ", which does not exist");
                }
            }
            case TENSOR_SHAPE -> {
                long[] elements = {1};
                in.message(shape -> shape == SHAPE_DIMENSION && dimension(elements));
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    private boolean dimension(long[] elements) throws IOException {
        in.message(field -> {
            if (field != DIMENSION_SIZE) {
                return false;
            }
            long size = in.number();
            if (size > MOST_ELEMENTS / elements[0]) {
                throw new IOException("a constant has more than " + MOST_ELEMENTS + " elements");
            }
            elements[0] *= Math.max(1, size);
            return true;
        });
        return true;
    }

    private void call() throws IOException {
        String[] function = {""};
        in.message(field -> {
            if (field != FUNCTION_NAME) {
                return false;
            }
            function[0] = in.text();
            return true;
        });
        calls.add(function[0]);
    }

    /// `name`, `name:1` and `^name` all are of the node `name`.
    static String nodeOf(String input) {
        int from = input.startsWith(CONTROL) ? 1 : 0;
        int colon = input.indexOf(':');
        return input.substring(from, colon < 0 ? input.length() : Math.max(from, colon));
    }
}
