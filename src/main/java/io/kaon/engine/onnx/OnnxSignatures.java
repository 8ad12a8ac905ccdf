package io.kaon.engine.onnx;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.TensorInfo;
import io.kaon.engine.onnx.OnnxGraph.Kind;
import io.kaon.engine.onnx.OnnxGraph.ValueType;
import io.kaon.model.ErrorKind;
import io.kaon.model.ModelSignature;
import io.kaon.model.ServingException;
import io.kaon.model.SignatureTraits;
import io.kaon.tensor.DataType;
import io.kaon.tensor.Shape;
import io.kaon.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Derives the one signature of a model, or says why the model cannot be served.
///
/// Two sources are needed. ONNX Runtime knows the types and shapes that it inferred, but calls a value without a
/// declared shape a scalar and gives up on whole models for one optional value. The graph's own declarations know
/// better in just these cases.
final class OnnxSignatures {
    /// What exporters write where a model's author has given a dimension no name: onnxmltools, tf2onnx, PyTorch and
    /// Paddle, in this order. The same size may be called otherwise in each input then, and one name mean several.
    private static final Pattern MADE_UP =
            Pattern.compile("[^\\p{L}]*|None|unk__[0-9]+|.*_dynamic_axes_[0-9]+|p2o\\.DynamicDimension\\.[0-9]+");

    private OnnxSignatures() {}

    /// Looks at declarations only, before the model is loaded: ONNX Runtime refuses some of these itself, but without
    /// saying which value is at fault.
    ///
    /// @throws ServingException UNSUPPORTED
    static void refuseWhatCannotPass(OnnxGraph graph) {
        graph.inputs().forEach((name, type) -> {
            if (type.kind() == Kind.OTHER) {
                throw input(name, type.text(), "it passes tensors only");
            }
            if (type.kind() == Kind.TENSOR && type.element() != 0) {
                requireCreatable(name, type.text());
            }
        });
        graph.outputs().forEach((name, type) -> {
            if (type.kind() == Kind.OTHER && !graph.classes().containsKey(name)) {
                throw output(name, type.text(), "only tensors and the maps of a ZipMap node can be answered");
            }
            if (type.kind() == Kind.TENSOR && type.element() != 0) {
                requireReadable(name, type.text());
            }
        });
        graph.classes().forEach((name, keys) -> {
            if (graph.outputs().containsKey(name)) {
                requireDistinct(name, keys);
            }
        });
    }

    /// @throws ServingException UNSUPPORTED
    static ModelSignature of(OnnxGraph graph, Map<String, NodeInfo> inputs, Map<String, NodeInfo> outputs) {
        if (outputs.isEmpty()) {
            throw new ServingException(ErrorKind.UNSUPPORTED, "the graph has no outputs, so it has no answer");
        }
        List<TensorSpec> given = new ArrayList<>();
        for (NodeInfo node : inputs.values()) {
            if (!(node.getInfo() instanceof TensorInfo info)) {
                throw input(node.getName(), node.getInfo().toString(), "it passes tensors only");
            }
            DataType type = requireCreatable(node.getName(), ElementTypes.name(info.onnxType));
            given.add(spec(node.getName(), type, info, graph.inputs().get(node.getName())));
        }
        List<TensorSpec> answered = new ArrayList<>();
        for (NodeInfo node : outputs.values()) {
            List<Object> keys = graph.classes().get(node.getName());
            if (node.getInfo() instanceof TensorInfo info) {
                DataType type = requireReadable(node.getName(), ElementTypes.name(info.onnxType));
                answered.add(spec(node.getName(), type, info, graph.outputs().get(node.getName())));
            } else if (keys != null) {
                answered.add(classes(node.getName(), keys));
            } else {
                throw output(node.getName(), node.getInfo().toString(), "nothing in the graph tells its keys");
            }
        }
        refuseGarbled(graph, answered);
        return ModelSignature.of(
                ModelSignature.DEFAULT_NAME, given, answered, SignatureTraits.none(graph.controlFlow(), graph.fixed()));
    }

    /// Strings that the graph brings come through the Java API too, and nothing in them shows that they were changed.
    private static void refuseGarbled(OnnxGraph graph, List<TensorSpec> answered) {
        for (TensorSpec output : answered) {
            if (output.type() == DataType.STRING && graph.garbled() != null) {
                throw output(
                        output.name(),
                        "STRING",
                        "the string \"" + graph.garbled() + "\", which the graph may answer with, "
                                + JavaStrings.GARBLED);
            }
        }
    }

    /// A row per map, a column per key.
    private static TensorSpec classes(String name, List<Object> keys) {
        Shape shape = Shape.of(Shape.UNKNOWN, keys.size());
        List<String> names = keys.stream().map(Object::toString).toList();
        return new TensorSpec(name, DataType.FLOAT, shape, true, names);
    }

    private static TensorSpec spec(String name, DataType type, TensorInfo info, @Nullable ValueType declared) {
        Shape shape = shape(info, declared);
        TensorSpec spec = TensorSpec.of(name, type, shape);
        String[] names = info.getDimensionNames();
        if (shape == null || names.length != shape.rank()) {
            return spec;
        }
        boolean some = false;
        for (int axis = 0; axis < names.length; axis++) {
            boolean says = shape.dim(axis) == Shape.UNKNOWN
                    && !MADE_UP.matcher(names[axis]).matches();
            names[axis] = says ? names[axis] : "";
            some |= says;
        }
        return some ? spec.withDimensionNames(names) : spec;
    }

    private static @Nullable Shape shape(TensorInfo info, @Nullable ValueType declared) {
        long[] dims = info.getShape();
        if (dims.length == 0 && declared != null && !declared.shaped()) {
            return null;
        }
        if (dims.length > Shape.MAX_RANK) {
            throw new ServingException(ErrorKind.UNSUPPORTED, "rank " + dims.length + " is above " + Shape.MAX_RANK);
        }
        for (int i = 0; i < dims.length; i++) {
            dims[i] = Math.max(Shape.UNKNOWN, dims[i]);
        }
        return Shape.of(dims);
    }

    private static DataType requireCreatable(String name, String text) {
        DataType type = ElementTypes.named(text);
        if (type == null || ElementTypes.creatable(type) == null) {
            throw input(name, text, "it creates no tensors of this type");
        }
        return type;
    }

    private static DataType requireReadable(String name, String text) {
        DataType type = ElementTypes.named(text);
        if (type == null) {
            throw output(name, text, "no protocol has this type");
        }
        return type;
    }

    /// Maps are read by key, and keys come through the Java API: see `JavaStrings`.
    private static void requireDistinct(String name, List<Object> keys) {
        if (keys.isEmpty()) {
            throw output(name, "ZipMap", "its node lists no class labels");
        }
        if (new HashSet<>(keys).size() < keys.size()) {
            throw output(name, "ZipMap", "two classes have the same label");
        }
        for (Object key : keys) {
            if (key instanceof String label && !JavaStrings.passesUnchanged(label)) {
                throw output(name, "ZipMap", "class label \"" + label + "\" " + JavaStrings.GARBLED);
            }
        }
    }

    private static ServingException input(String name, String type, String why) {
        return new ServingException(
                ErrorKind.UNSUPPORTED,
                "input `" + name + "`: " + type + " cannot be passed to ONNX Runtime's Java API: " + why);
    }

    private static ServingException output(String name, String type, String why) {
        return new ServingException(ErrorKind.UNSUPPORTED, "output `" + name + "`: " + type + ": " + why);
    }
}
