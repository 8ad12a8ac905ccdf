package io.kaon.protocol.tfs.client;

import com.google.protobuf.InvalidProtocolBufferException;
import io.kaon.model.ModelSignature;
import io.kaon.protocol.tfs.ProtoTypes;
import io.kaon.protocol.tfs.proto.GetModelMetadataResponse;
import io.kaon.protocol.tfs.proto.SignatureDef;
import io.kaon.protocol.tfs.proto.SignatureDefMap;
import io.kaon.protocol.tfs.proto.TensorInfo;
import io.kaon.protocol.tfs.proto.TensorShapeProto;
import io.kaon.tensor.DataType;
import io.kaon.tensor.Shape;
import io.kaon.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads the signatures in the answer to `GetModelMetadata`.
final class TfsSignatures {
    static final String FIELD = "signature_def";

    private TfsSignatures() {}

    /// By name; without those whose inputs have types that no request here can hold.
    ///
    /// @throws InvalidProtocolBufferException when the answer holds no signatures
    static Map<String, ModelSignature> of(GetModelMetadataResponse response) throws InvalidProtocolBufferException {
        SignatureDefMap map =
                SignatureDefMap.parseFrom(response.getMetadataOrThrow(FIELD).getValue());
        Map<String, ModelSignature> signatures = new LinkedHashMap<>();
        map.getSignatureDefMap().forEach((name, def) -> {
            ModelSignature signature = signature(name, def);
            if (signature != null) {
                signatures.put(name, signature);
            }
        });
        return signatures;
    }

    private static @Nullable ModelSignature signature(String name, SignatureDef def) {
        List<TensorSpec> inputs = new ArrayList<>();
        for (Map.Entry<String, TensorInfo> input : def.getInputsMap().entrySet()) {
            DataType type = ProtoTypes.fromProto(input.getValue().getDtype());
            if (type == null) {
                return null;
            }
            inputs.add(new TensorSpec(
                    input.getKey(),
                    type,
                    shape(input.getValue().getTensorShape()),
                    !def.containsDefaults(input.getKey()),
                    List.of()));
        }
        return ModelSignature.of(name, inputs, List.of());
    }

    private static @Nullable Shape shape(TensorShapeProto shape) {
        return shape.getUnknownRank()
                ? null
                : Shape.of(shape.getDimList().stream()
                        .mapToLong(TensorShapeProto.Dim::getSize)
                        .toArray());
    }
}
