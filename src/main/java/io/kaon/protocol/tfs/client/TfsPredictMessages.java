package io.kaon.protocol.tfs.client;

import com.google.protobuf.ByteString;
import com.google.protobuf.Int64Value;
import io.kaon.model.ServingException;
import io.kaon.protocol.tfs.PredictCall;
import io.kaon.protocol.tfs.ProtoTypes;
import io.kaon.protocol.tfs.TfsTensorProto;
import io.kaon.protocol.tfs.proto.ModelSpec;
import io.kaon.protocol.tfs.proto.PredictRequest;
import io.kaon.protocol.tfs.proto.PredictResponse;
import io.kaon.protocol.tfs.proto.TensorProto;
import io.kaon.protocol.tfs.proto.TensorShapeProto;
import io.kaon.tensor.DenseTensor;
import io.kaon.tensor.NamedTensors;
import io.kaon.tensor.StringTensor;
import io.kaon.tensor.Tensor;
import java.lang.foreign.ValueLayout;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// The messages of Predict, as a client writes and reads them.
final class TfsPredictMessages {
    private TfsPredictMessages() {}

    static ModelSpec.Builder spec(String name, Optional<Long> version, Optional<String> label) {
        ModelSpec.Builder spec = ModelSpec.newBuilder().setName(name);
        version.ifPresent(number -> spec.setVersion(Int64Value.of(number)));
        label.ifPresent(spec::setVersionLabel);
        return spec;
    }

    /// @param spec without a signature
    static PredictRequest request(ModelSpec.Builder spec, PredictCall call) {
        PredictRequest.Builder request = PredictRequest.newBuilder()
                .setModelSpec(spec.setSignatureName(call.signature().name()));
        call.inputs().asMap().forEach((name, tensor) -> request.putInputs(name, message(tensor)));
        return request.build();
    }

    /// Numbers as bytes, which every server reads.
    private static TensorProto message(Tensor tensor) {
        TensorProto.Builder message = TensorProto.newBuilder().setDtype(ProtoTypes.toProto(tensor.type()));
        TensorShapeProto.Builder shape = message.getTensorShapeBuilder();
        for (int axis = 0; axis < tensor.shape().rank(); axis++) {
            shape.addDimBuilder().setSize(tensor.shape().dim(axis));
        }
        switch (tensor) {
            case DenseTensor dense ->
                message.setTensorContent(ByteString.copyFrom(dense.data().toArray(ValueLayout.JAVA_BYTE)));
            case StringTensor strings ->
                strings.values().forEach(value -> message.addStringVal(ByteString.copyFrom(value)));
        }
        return message.build();
    }

    /// @param limit bytes that a tensor may take
    /// @throws ServingException when a tensor is none
    static NamedTensors outputs(PredictResponse response, long limit) {
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        response.getOutputsMap()
                .forEach((name, message) ->
                        outputs.put(name, TfsTensorProto.decode(name, message.toByteArray(), limit)));
        return NamedTensors.of(outputs);
    }
}
