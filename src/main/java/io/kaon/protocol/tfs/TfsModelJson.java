package io.kaon.protocol.tfs;

import io.kaon.model.ModelId;
import io.kaon.model.ModelSignature;
import io.kaon.model.ServingException;
import io.kaon.model.VersionStatus;
import io.kaon.protocol.tfs.proto.DataType;
import io.kaon.protocol.tfs.proto.SignatureDef;
import io.kaon.protocol.tfs.proto.TensorInfo;
import io.kaon.protocol.tfs.proto.TensorProto;
import io.kaon.protocol.tfs.proto.TensorShapeProto;
import io.kaon.serving.ServedModel;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Status and metadata as REST answers them: protobuf's JSON form of the gRPC messages, with the fields' own names,
/// 64-bit numbers as strings and defaults written out.
///
/// Written by hand instead of printed from the messages. TensorFlow Serving glues the metadata together from two
/// printed messages, which makes it differ from what any printer would write: `signature_def` twice, no `@type`.
final class TfsModelJson {
    private TfsModelJson() {}

    /// @param statuses in the order in which they are to appear
    static String status(List<VersionStatus> statuses) {
        PrettyJson json = new PrettyJson().beginObject();
        versions(json, statuses);
        return json.endObject().toString();
    }

    /// Every model with what [#status] says about it, its labels, and what hinders it as a whole.
    ///
    /// @param models by name, in the order in which they are to appear
    static String list(Map<String, ServedModel> models) {
        PrettyJson json = new PrettyJson().beginObject().name("models").beginArray();
        models.forEach((name, model) -> {
            json.element().beginObject();
            json.name("name").value(name);
            json.name("labels").beginObject();
            new TreeMap<>(model.labels())
                    .forEach((label, version) -> json.name(label).value(Long.toString(version)));
            json.endObject();
            versions(json, model.statuses());
            String problem = model.problem();
            json.name("problem").value(problem == null ? "" : problem);
            json.endObject();
        });
        return json.endArray().endObject().toString();
    }

    private static void versions(PrettyJson json, List<VersionStatus> statuses) {
        json.name("model_version_status").beginArray();
        for (VersionStatus status : statuses) {
            ServingException error = status.error();
            json.element().beginObject();
            json.name("version").value(Long.toString(status.id().version()));
            json.name("state").value(status.phase().name());
            json.name("status").beginObject();
            json.name("error_code")
                    .value(
                            error == null
                                    ? "OK"
                                    : TfsErrors.grpcCode(error.kind()).name());
            json.name("error_message").value(status.message());
            json.endObject().endObject();
        }
        json.endArray();
    }

    static String metadata(ModelId id, Map<String, ModelSignature> signatures) {
        return "{\n\"model_spec\":" + modelSpec(id) + ",\n\"metadata\": {\"signature_def\": "
                + signatureDefs(signatures) + "}\n}\n";
    }

    private static String modelSpec(ModelId id) {
        PrettyJson json = new PrettyJson().beginObject();
        json.name("name").value(id.name());
        json.name("signature_name").value("");
        json.name("version").value(Long.toString(id.version()));
        return json.endObject().toString();
    }

    private static String signatureDefs(Map<String, ModelSignature> signatures) {
        PrettyJson json = new PrettyJson().beginObject().name("signature_def").beginObject();
        signatures.forEach((name, signature) -> {
            SignatureDef def = TfsMetadata.signatureDef(signature);
            json.name(name).beginObject();
            tensors(json.name("inputs"), def.getInputsMap());
            tensors(json.name("outputs"), def.getOutputsMap());
            json.name("method_name").value(def.getMethodName());
            json.name("defaults").beginObject();
            new TreeMap<>(def.getDefaultsMap()).forEach((input, value) -> defaultValue(json.name(input), value));
            json.endObject().endObject();
        });
        return json.endObject().endObject().toString();
    }

    private static void tensors(PrettyJson json, Map<String, TensorInfo> infos) {
        json.beginObject();
        infos.forEach((name, info) -> {
            json.name(name).beginObject();
            json.name("dtype").value(typeName(info.getDtypeValue()));
            if (info.hasTensorShape()) {
                shape(json.name("tensor_shape"), info.getTensorShape());
            }
            if (info.getEncodingCase() == TensorInfo.EncodingCase.NAME) {
                json.name("name").value(info.getName());
            }
            json.endObject();
        });
        json.endObject();
    }

    /// A default's type and shape; its values are for requests that leave the input out.
    private static void defaultValue(PrettyJson json, TensorProto value) {
        json.beginObject();
        json.name("dtype").value(typeName(value.getDtypeValue()));
        shape(json.name("tensor_shape"), value.getTensorShape());
        json.endObject();
    }

    /// Types of references have the number and the name of what they refer to, with 100 and `_REF` added.
    private static String typeName(int number) {
        DataType type = DataType.forNumber(number);
        DataType target = type == null ? DataType.forNumber(number - 100) : null;
        return type != null ? type.name() : target != null ? target.name() + "_REF" : Integer.toString(number);
    }

    private static void shape(PrettyJson json, TensorShapeProto shape) {
        json.beginObject().name("dim").beginArray();
        for (TensorShapeProto.Dim dim : shape.getDimList()) {
            json.element().beginObject();
            json.name("size").value(Long.toString(dim.getSize()));
            json.name("name").value(dim.getName());
            json.endObject();
        }
        json.endArray();
        json.name("unknown_rank").value(shape.getUnknownRank());
        json.endObject();
    }
}
