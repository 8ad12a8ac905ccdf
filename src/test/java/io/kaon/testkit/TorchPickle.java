package io.kaon.testkit;

import io.kaon.tensor.Shape;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// The few words of Python's pickle, protocol 2, in which TorchScript writes a module.
final class TorchPickle {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    TorchPickle() {
        op(0x80).op(2);
    }

    /// An object whose attributes come next, as names and values.
    TorchPickle beginObject(String module, String name) {
        return global(module, name).op(')').op(0x81).op('}').op('(');
    }

    TorchPickle endObject() {
        return op('u').op('b');
    }

    TorchPickle text(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        op('X').number(utf8.length);
        bytes.writeBytes(utf8);
        return this;
    }

    TorchPickle truth() {
        return op(0x88);
    }

    TorchPickle emptyTuple() {
        return op(')');
    }

    /// A FLOAT tensor whose numbers are in the entry `data/INDEX`.
    TorchPickle tensor(int index, Shape shape) {
        global("torch._utils", "_rebuild_tensor_v2").op('(').op('(');
        text("storage")
                .global("torch", "FloatStorage")
                .text(Integer.toString(index))
                .text("cpu");
        integer(shape.elements()).op('t').op('Q');
        integer(0).op('(');
        for (long dim : shape.dims()) {
            integer(dim);
        }
        op('t').op('(');
        for (int axis = 0; axis < shape.rank(); axis++) {
            long stride = 1;
            for (int inner = axis + 1; inner < shape.rank(); inner++) {
                stride *= shape.dim(inner);
            }
            integer(stride);
        }
        return op('t').op(0x89)
                .global("collections", "OrderedDict")
                .op(')')
                .op('R')
                .op('t')
                .op('R');
    }

    byte[] bytes() {
        op('.');
        return bytes.toByteArray();
    }

    private TorchPickle global(String module, String name) {
        op('c');
        bytes.writeBytes((module + "\n" + name + "\n").getBytes(StandardCharsets.UTF_8));
        return this;
    }

    private TorchPickle integer(long value) {
        return op('J').number(Math.toIntExact(value));
    }

    private TorchPickle number(int value) {
        bytes.writeBytes(ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(value)
                .array());
        return this;
    }

    private TorchPickle op(int code) {
        bytes.write(code);
        return this;
    }
}
