package io.kaon.engine.onnx;

import static io.kaon.engine.onnx.ProtoFields.LEN;
import static io.kaon.engine.onnx.ProtoFields.VARINT;

import io.kaon.engine.onnx.OnnxGraph.ValueType;
import java.io.IOException;
import java.util.function.BiConsumer;

/// Reads the declarations of a graph's inputs and outputs.
final class ValueTypeReader {
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

    private final ProtoFields in;
    private final int maxDepth;

    /// @param maxDepth to which types may hold others
    ValueTypeReader(ProtoFields in, int maxDepth) {
        this.in = in;
        this.maxDepth = maxDepth;
    }

    /// The declaration that comes next: its name and its type.
    void read(BiConsumer<String, ValueType> found) throws IOException {
        String name = "";
        ValueType type = ValueType.UNDECLARED;
        int outer = in.enter();
        for (int tag = in.next(); tag != 0; tag = in.next()) {
            switch (tag) {
                case VALUE_NAME -> name = in.text();
                case VALUE_TYPE -> type = type(maxDepth);
                default -> in.skip(tag);
            }
        }
        in.leave(outer);
        found.accept(name, type);
    }

    private ValueType type(int depth) throws IOException {
        ValueType type = ValueType.UNDECLARED;
        int outer = in.enter();
        for (int tag = in.next(); tag != 0; tag = in.next()) {
            switch (tag) {
                case TYPE_TENSOR -> type = tensor();
                case TYPE_SPARSE -> type = ValueType.other("sparse_tensor(" + tensor().text() + ")");
                case TYPE_SEQUENCE -> type = ValueType.other("sequence(" + wrapped(depth) + ")");
                case TYPE_OPTIONAL -> type = ValueType.other("optional(" + wrapped(depth) + ")");
                case TYPE_MAP -> type = ValueType.other("map(" + map(depth) + ")");
                case TYPE_OPAQUE -> {
                    in.skip(tag);
                    type = ValueType.other("opaque");
                }
                default -> in.skip(tag);
            }
        }
        in.leave(outer);
        return type;
    }

    private ValueType tensor() throws IOException {
        int element = 0;
        boolean shaped = false;
        int outer = in.enter();
        for (int tag = in.next(); tag != 0; tag = in.next()) {
            switch (tag) {
                case TENSOR_ELEMENT -> element = (int) in.number();
                case TENSOR_SHAPE -> {
                    in.skip(tag);
                    shaped = true;
                }
                default -> in.skip(tag);
            }
        }
        in.leave(outer);
        return ValueType.tensor(element, shaped);
    }

    private String wrapped(int depth) throws IOException {
        String text = "";
        int outer = in.enter();
        for (int tag = in.next(); tag != 0; tag = in.next()) {
            if (tag == WRAPPED_TYPE && depth > 0) {
                text = type(depth - 1).text();
            } else {
                in.skip(tag);
            }
        }
        in.leave(outer);
        return text;
    }

    private String map(int depth) throws IOException {
        String key = "";
        String value = "";
        int outer = in.enter();
        for (int tag = in.next(); tag != 0; tag = in.next()) {
            if (tag == MAP_KEY) {
                key = ElementTypes.name((int) in.number());
            } else if (tag == MAP_VALUE && depth > 0) {
                value = type(depth - 1).text();
            } else {
                in.skip(tag);
            }
        }
        in.leave(outer);
        return key + "," + value;
    }
}
