package io.kaon.protocol.tfs;

import io.kaon.tensor.DataType;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Element types as TensorFlow names and numbers them.
public final class ProtoTypes {
    private static final Map<io.kaon.protocol.tfs.proto.DataType, DataType> FROM_PROTO =
            new EnumMap<>(io.kaon.protocol.tfs.proto.DataType.class);

    static {
        for (DataType type : DataType.values()) {
            FROM_PROTO.put(toProto(type), type);
        }
    }

    private ProtoTypes() {}

    public static io.kaon.protocol.tfs.proto.DataType toProto(DataType type) {
        return switch (type) {
            case FLOAT -> io.kaon.protocol.tfs.proto.DataType.DT_FLOAT;
            case DOUBLE -> io.kaon.protocol.tfs.proto.DataType.DT_DOUBLE;
            case FLOAT16 -> io.kaon.protocol.tfs.proto.DataType.DT_HALF;
            case BFLOAT16 -> io.kaon.protocol.tfs.proto.DataType.DT_BFLOAT16;
            case INT8 -> io.kaon.protocol.tfs.proto.DataType.DT_INT8;
            case INT16 -> io.kaon.protocol.tfs.proto.DataType.DT_INT16;
            case INT32 -> io.kaon.protocol.tfs.proto.DataType.DT_INT32;
            case INT64 -> io.kaon.protocol.tfs.proto.DataType.DT_INT64;
            case UINT8 -> io.kaon.protocol.tfs.proto.DataType.DT_UINT8;
            case UINT16 -> io.kaon.protocol.tfs.proto.DataType.DT_UINT16;
            case UINT32 -> io.kaon.protocol.tfs.proto.DataType.DT_UINT32;
            case UINT64 -> io.kaon.protocol.tfs.proto.DataType.DT_UINT64;
            case BOOL -> io.kaon.protocol.tfs.proto.DataType.DT_BOOL;
            case STRING -> io.kaon.protocol.tfs.proto.DataType.DT_STRING;
        };
    }

    /// Null for a type that no model here has: complex, quantised, resource and the like.
    public static @Nullable DataType fromProto(io.kaon.protocol.tfs.proto.DataType type) {
        return FROM_PROTO.get(type);
    }
}
