package io.kaon.engine.tensorflow;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.kaon.model.ErrorKind;
import io.kaon.model.ModelSignature;
import io.kaon.model.ServingException;
import io.kaon.model.SignatureTraits;
import io.kaon.tensor.DataType;
import io.kaon.tensor.NamedTensors;
import io.kaon.tensor.Shape;
import io.kaon.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.tensorflow.internal.c_api.TF_Graph;
import org.tensorflow.internal.c_api.TF_Operation;
import org.tensorflow.internal.c_api.TF_Output;
import org.tensorflow.internal.c_api.global.tensorflow;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;
import org.tensorflow.proto.TensorShapeProto;

/// The signatures of a SavedModel, compared with the graph that was loaded.
///
/// A file may say anything about its tensors, and some that are in use say wrong things: the graph's types count. A
/// shape without dimensions is most often one that was never filled in, so it is taken for any shape. What no client
/// could call is kept, with the reason, because TensorFlow Serving lists it too.
final class SavedModelSignatures {
    private static final int MOST_UNKNOWN = -1;

    private final MetaGraph graph;
    private final TF_Graph loaded;

    private SavedModelSignatures(MetaGraph graph, TF_Graph loaded) {
        this.graph = graph;
        this.loaded = loaded;
    }

    /// @throws ServingException ENGINE_FAILED or UNSUPPORTED if no signature can be called
    static Map<String, SignatureCall> of(MetaGraph graph, TF_Graph loaded) {
        Map<String, SignatureCall> calls = new LinkedHashMap<>();
        Map<String, String> refusals = new TreeMap<>();
        SavedModelSignatures signatures = new SavedModelSignatures(graph, loaded);
        graph.signatures().forEach((name, definition) -> {
            SignatureCall call = signatures.call(name, definition);
            calls.put(name, call);
            String refusal = call.signature().traits().refusal();
            if (refusal != null) {
                refusals.put(name, refusal);
            }
        });
        if (refusals.size() == calls.size()) {
            throw new ServingException(
                    ErrorKind.UNSUPPORTED,
                    calls.isEmpty()
                            ? "the SavedModel has no signatures, so nothing of it can be called"
                            : "no signature of the SavedModel can be called: " + refusals);
        }
        return calls;
    }

    private SignatureCall call(String name, ByteString definition) {
        SignatureDef parsed;
        try {
            parsed = SignatureDef.parseFrom(definition);
        } catch (InvalidProtocolBufferException malformed) {
            throw new ServingException(
                    ErrorKind.ENGINE_FAILED, "signature \"" + name + "\": " + malformed.getMessage(), malformed);
        }
        List<String> faults = new ArrayList<>();
        List<Endpoint> inputs = endpoints("input", parsed.getInputsMap(), faults);
        List<Endpoint> outputs = endpoints("output", parsed.getOutputsMap(), faults);
        Set<String> optional = parsed.getDefaultsMap().keySet();
        Set<String> operators = ReachableOperators.from(
                graph,
                Stream.concat(parsed.getInputsMap().values().stream(), parsed.getOutputsMap().values().stream())
                        .map(TensorInfo::getName)
                        .toList());
        NamedTensors defaults = defaults(parsed, faults);
        SignatureTraits traits = new SignatureTraits(
                defaults,
                true,
                OperatorEffects.changeState(operators),
                OperatorEffects.varyInDuration(operators),
                Set.of(),
                faults.isEmpty() ? null : String.join("; ", faults),
                definition.asReadOnlyByteBuffer());
        return new SignatureCall(
                ModelSignature.of(
                        name,
                        inputs.stream()
                                .map(Endpoint::spec)
                                .map(spec -> optional.contains(spec.name())
                                        ? new TensorSpec(spec.name(), spec.type(), spec.shape(), false, List.of())
                                        : spec)
                                .toList(),
                        outputs.stream().map(Endpoint::spec).toList(),
                        traits),
                natives(inputs),
                natives(outputs),
                OperatorEffects.mayNotEnd(operators));
    }

    private static NamedTensors defaults(SignatureDef parsed, List<String> faults) {
        try {
            return DefaultInputs.of(parsed.getDefaultsMap());
        } catch (ServingException fault) {
            faults.add(fault.getMessage());
            return NamedTensors.of(Map.of());
        }
    }

    /// A tensor of the signature, and where it is in the graph.
    private record Endpoint(TensorSpec spec, TF_Operation operation, int index) {}

    private List<Endpoint> endpoints(String kind, Map<String, TensorInfo> infos, List<String> faults) {
        List<Endpoint> found = new ArrayList<>();
        new TreeMap<>(infos).forEach((name, info) -> {
            try {
                found.add(endpoint(name, info));
            } catch (ServingException fault) {
                faults.add(kind + " `" + name + "`: " + fault.getMessage());
            }
        });
        return found;
    }

    private Endpoint endpoint(String name, TensorInfo info) {
        if (info.getEncodingCase() != TensorInfo.EncodingCase.NAME) {
            throw refused("it is no dense tensor");
        }
        String tensor = info.getName();
        if (isOperation(tensor)) {
            throw refused(
                    "it initialises the model when it is loaded (operation \"" + tensor + "\") and answers nothing");
        }
        int colon = tensor.lastIndexOf(':');
        int index = index(colon < 0 ? "" : tensor.substring(colon + 1));
        TF_Operation operation =
                colon < 0 ? null : tensorflow.TF_GraphOperationByName(loaded, tensor.substring(0, colon));
        if (operation == null
                || operation.isNull()
                || index < 0
                || index >= tensorflow.TF_OperationNumOutputs(operation)) {
            throw refused("the graph has no tensor \"" + tensor + "\"");
        }
        int number = type(operation, index);
        DataType type = TensorflowTypes.fromNumber(number);
        if (type == null) {
            throw refused("its element type, number " + number + ", has no form in any protocol here");
        }
        return new Endpoint(TensorSpec.of(name, type, shape(info)), operation, index);
    }

    /// Initialisers are listed as signatures whose output is no tensor.
    private boolean isOperation(String name) {
        if (name.indexOf(':') >= 0) {
            return false;
        }
        TF_Operation operation = tensorflow.TF_GraphOperationByName(loaded, name);
        return operation != null && !operation.isNull() && tensorflow.TF_OperationNumOutputs(operation) == 0;
    }

    private static int index(String text) {
        return text.matches("[0-9]{1,9}") ? Integer.parseInt(text) : MOST_UNKNOWN;
    }

    private static int type(TF_Operation operation, int index) {
        try (TF_Output output = new TF_Output(1)) {
            return tensorflow.TF_OperationOutputType(output.oper(operation).index(index));
        }
    }

    /// Null for any.
    private static @Nullable Shape shape(TensorInfo info) {
        TensorShapeProto shape = info.getTensorShape();
        if (shape.getUnknownRank() || shape.getDimCount() == 0) {
            return null;
        }
        long[] dims = shape.getDimList().stream()
                .mapToLong(TensorShapeProto.Dim::getSize)
                .toArray();
        try {
            return Shape.of(dims);
        } catch (IllegalArgumentException impossible) {
            throw refused(String.valueOf(impossible.getMessage()));
        }
    }

    /// In native memory, in this order, for as long as the session lives.
    private static TF_Output natives(List<Endpoint> endpoints) {
        TF_Output outputs = new TF_Output(Math.max(1, endpoints.size()));
        for (int i = 0; i < endpoints.size(); i++) {
            outputs.position(i)
                    .oper(endpoints.get(i).operation())
                    .index(endpoints.get(i).index());
        }
        return outputs.position(0);
    }

    private static ServingException refused(String why) {
        return new ServingException(ErrorKind.UNSUPPORTED, why);
    }
}
