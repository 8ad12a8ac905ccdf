package io.kaon.protocol.tfs;

import com.google.protobuf.InvalidProtocolBufferException;
import io.kaon.model.ModelSignature;
import io.kaon.protocol.tfs.proto.SignatureDef;
import io.kaon.protocol.tfs.proto.SignatureDefMap;
import io.kaon.protocol.tfs.proto.TensorInfo;
import io.kaon.protocol.tfs.proto.TensorShapeProto;
import io.kaon.tensor.TensorSpec;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;

/// Signatures as TensorFlow describes them: as a SavedModel's own file does, or made up for models that have none.
///
/// TensorFlow has no field for what the positions along a dimension stand for. Where a model says so, the last
/// dimension's name carries it, as the text of a JSON array: `["setosa","versicolor"]`.
final class TfsMetadata {
    private static final String PREDICT_METHOD = "tensorflow/serving/predict";

    private TfsMetadata() {}

    static SignatureDefMap signatureDefMap(Map<String, ModelSignature> signatures) {
        SignatureDefMap.Builder map = SignatureDefMap.newBuilder();
        signatures.forEach((name, signature) -> map.putSignatureDef(name, signatureDef(signature)));
        return map.build();
    }

    /// The signature's own declaration if it has one, to the letter.
    static SignatureDef signatureDef(ModelSignature signature) {
        ByteBuffer declaration = signature.traits().declaration();
        if (declaration != null) {
            try {
                return SignatureDef.parseFrom(declaration);
            } catch (InvalidProtocolBufferException impossible) {
                throw new IllegalStateException("the engine has read it", impossible);
            }
        }
        SignatureDef.Builder def = SignatureDef.newBuilder().setMethodName(PREDICT_METHOD);
        signature.inputs().forEach((name, spec) -> def.putInputs(name, tensorInfo(spec)));
        signature.outputs().forEach((name, spec) -> def.putOutputs(name, tensorInfo(spec)));
        return def.build();
    }

    private static TensorInfo tensorInfo(TensorSpec spec) {
        TensorShapeProto.Builder shape = spec.shape() == null
                ? TensorShapeProto.newBuilder().setUnknownRank(true)
                : TfsTensorProto.shape(spec.shape());
        if (shape.getDimCount() > 0) {
            shape.getDimBuilder(shape.getDimCount() - 1).setName(lastDimensionName(spec));
        }
        return TensorInfo.newBuilder()
                .setName(spec.name())
                .setDtype(ProtoTypes.toProto(spec.type()))
                .setTensorShape(shape)
                .build();
    }

    /// Empty, unless the model says what the positions stand for.
    private static String lastDimensionName(TensorSpec spec) {
        List<String> keys = spec.classKeys();
        if (keys.isEmpty()) {
            return "";
        }
        StringBuilder text = new StringBuilder("[");
        for (int i = 0; i < keys.size(); i++) {
            text.append(i == 0 ? "" : ",");
            PrettyJson.quote(text, keys.get(i));
        }
        return text.append(']').toString();
    }
}
