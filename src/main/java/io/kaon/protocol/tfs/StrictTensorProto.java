package io.kaon.protocol.tfs;

import com.google.protobuf.ByteString;
import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.protocol.tfs.proto.DataType;
import io.kaon.protocol.tfs.proto.TensorProto;
import java.util.List;

/// What [Coercion#STRICT] refuses in a tensor message that can be read.
final class StrictTensorProto {
    private static final int HALF_MAX = 0xffff;

    private StrictTensorProto() {}

    /// @param elements of the tensor
    /// @throws ServingException INVALID_REQUEST, saying what would be changed
    static void check(String name, TensorProto proto, long elements) {
        int content = proto.getTensorContent().isEmpty() ? 0 : 1;
        int own = count(proto);
        int all = all(proto);
        if (all > own || (content > 0 && own > 0)) {
            throw refused(
                    name,
                    "values in the field of another type than " + proto.getDtype()
                            + ", or beside tensor_content: expected one field with values");
        }
        if (own > elements) {
            throw refused(name, own + " values: expected at most the " + elements + " of its shape");
        }
        switch (proto.getDtype()) {
            case DT_INT8 -> within(name, proto, proto.getIntValList(), Byte.MIN_VALUE, Byte.MAX_VALUE);
            case DT_INT16 -> within(name, proto, proto.getIntValList(), Short.MIN_VALUE, Short.MAX_VALUE);
            case DT_UINT8 -> within(name, proto, proto.getIntValList(), 0, 0xff);
            case DT_UINT16 -> within(name, proto, proto.getIntValList(), 0, Character.MAX_VALUE);
            case DT_HALF, DT_BFLOAT16 -> within(name, proto, proto.getHalfValList(), 0, HALF_MAX);
            case DT_BOOL -> flags(name, proto.getTensorContent());
            default -> {
                // Every value that their fields hold is one of theirs.
            }
        }
    }

    private static void within(String name, TensorProto proto, List<Integer> values, int min, int max) {
        for (int value : values) {
            if (value < min || value > max) {
                throw refused(name, value + " for " + proto.getDtype() + ": expected from " + min + " to " + max);
            }
        }
    }

    private static void flags(String name, ByteString content) {
        for (int i = 0; i < content.size(); i++) {
            if (content.byteAt(i) != 0 && content.byteAt(i) != 1) {
                throw refused(name, "byte " + Byte.toUnsignedInt(content.byteAt(i)) + " for DT_BOOL: expected 0 or 1");
            }
        }
    }

    /// Values in the field of the message's type.
    private static int count(TensorProto proto) {
        DataType type = proto.getDtype();
        return switch (type) {
            case DT_FLOAT -> proto.getFloatValCount();
            case DT_DOUBLE -> proto.getDoubleValCount();
            case DT_INT8, DT_INT16, DT_INT32, DT_UINT8, DT_UINT16 -> proto.getIntValCount();
            case DT_INT64 -> proto.getInt64ValCount();
            case DT_UINT32 -> proto.getUint32ValCount();
            case DT_UINT64 -> proto.getUint64ValCount();
            case DT_HALF, DT_BFLOAT16 -> proto.getHalfValCount();
            case DT_BOOL -> proto.getBoolValCount();
            case DT_STRING -> proto.getStringValCount();
            default -> 0;
        };
    }

    private static int all(TensorProto proto) {
        return proto.getFloatValCount()
                + proto.getDoubleValCount()
                + proto.getIntValCount()
                + proto.getInt64ValCount()
                + proto.getUint32ValCount()
                + proto.getUint64ValCount()
                + proto.getHalfValCount()
                + proto.getBoolValCount()
                + proto.getStringValCount()
                + proto.getScomplexValCount()
                + proto.getDcomplexValCount();
    }

    private static ServingException refused(String name, String what) {
        return new ServingException(ErrorKind.INVALID_REQUEST, "input `" + name + "`: got " + what);
    }
}
