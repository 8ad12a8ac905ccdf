package io.kaon.protocol.tfs;

import io.kaon.model.ErrorKind;
import io.kaon.model.ModelId;
import io.kaon.model.ModelSignature;
import io.kaon.model.Nearest;
import io.kaon.model.ServingException;
import io.kaon.tensor.NamedTensors;
import io.kaon.tensor.Tensor;
import io.kaon.tensor.TensorSpec;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;

/// The messages of Predict: names are compared with the signature here, in the order and the words of TensorFlow
/// Serving; types and shapes are checked where the inference begins.
final class TfsPredictProto {
    /// Inputs that take no more are not worth measuring their message for.
    private static final long UNCOUNTED = 1 << 16;

    private static final int COPIES = 4;

    private TfsPredictProto() {}

    private static long saturatedProduct(long a, long b) {
        return b > Long.MAX_VALUE / a ? Long.MAX_VALUE : a * b;
    }

    /// @param limit bytes that all inputs together may take
    /// @param coercion what becomes of values that their type cannot hold
    /// @param hold sets aside the bytes that the inputs take beyond their message, or throws
    /// @return in the signature's order
    /// @throws ServingException INVALID_REQUEST or TOO_LARGE
    static NamedTensors inputs(
            ModelSignature signature, PredictRequestMessage request, long limit, Coercion coercion, LongConsumer hold) {
        Map<String, WireTensor> given = request.inputs();
        checkNames(signature, given);
        long bytes = 0;
        for (Map.Entry<String, WireTensor> input : given.entrySet()) {
            bytes += Math.min(TfsTensorProto.byteSize(input.getKey(), input.getValue()), Long.MAX_VALUE - bytes);
        }
        if (bytes > limit) {
            throw new ServingException(
                    ErrorKind.TOO_LARGE, "the inputs take " + bytes + " bytes, the limit is " + limit);
        }
        if (bytes > UNCOUNTED) {
            // The message is counted already; only what it grows by is new. It will be there several times: as inputs,
            // as results, and as an answer.
            hold.accept(saturatedProduct(COPIES, Math.max(0, bytes - request.size())));
        }
        Map<String, Tensor> inputs = new LinkedHashMap<>();
        for (String name : signature.inputs().keySet()) {
            WireTensor input = given.get(name);
            if (input != null) {
                Tensor tensor = TfsTensorProto.decode(name, input, limit);
                if (coercion == Coercion.STRICT) {
                    StrictTensorProto.check(
                            name, tensor.type(), input, tensor.shape().elements());
                }
                inputs.put(name, tensor);
            }
        }
        return NamedTensors.of(inputs);
    }

    /// Names of the outputs that the client wants; empty for all.
    ///
    /// @throws ServingException INVALID_REQUEST
    static Set<String> outputFilter(ModelSignature signature, PredictRequestMessage request) {
        Set<String> wanted = new LinkedHashSet<>();
        for (String name : request.outputFilter()) {
            if (!signature.outputs().containsKey(name)) {
                throw invalid("output tensor alias not found in signature: " + name
                        + " Outputs expected to be in the set "
                        + set(signature.outputs().keySet()) + ".");
            }
            if (!wanted.add(name)) {
                throw invalid("duplicate output tensor alias: " + name);
            }
        }
        return wanted;
    }

    /// @throws ServingException TOO_LARGE if a message cannot hold the outputs
    static PredictResponseMessage answer(
            ModelId id, ModelSignature signature, NamedTensors outputs, TfsTensorProto.Form form) {
        return PredictResponseMessage.of(
                TfsModelSpec.resolved(id).setSignatureName(signature.name()).build(), outputs, form);
    }

    /// For a request that has names which the signature has not.
    private static String hint(Set<String> given, Set<String> declared) {
        return without(given, declared).stream()
                .limit(3)
                .map(name -> "`" + name + "` is no input: " + Nearest.hint("inputs", name, declared))
                .collect(Collectors.joining("; "));
    }

    private static ServingException mismatch(String message, Set<String> given, Set<String> declared) {
        ServingException mismatch = invalid(message);
        String hint = hint(given, declared);
        return hint.isEmpty() ? mismatch : mismatch.withHint(hint);
    }

    /// First how many, then which. An input that the signature does not require may be left out.
    private static void checkNames(ModelSignature signature, Map<String, WireTensor> given) {
        Map<String, TensorSpec> declared = signature.inputs();
        boolean allRequired = declared.values().stream().allMatch(TensorSpec::required);
        if (given.size() > declared.size() || (given.size() < declared.size() && allRequired)) {
            throw mismatch(
                    "input size does not match signature: " + given.size() + "!=" + declared.size() + " len("
                            + set(given.keySet()) + ") != len(" + set(declared.keySet()) + "). Sent extra: "
                            + set(without(given.keySet(), declared.keySet())) + ". Missing but required: "
                            + set(without(declared.keySet(), given.keySet())) + ".",
                    given.keySet(),
                    declared.keySet());
        }
        for (TensorSpec spec : declared.values()) {
            if (spec.required() && !given.containsKey(spec.name())) {
                throw mismatch(
                        "Signature input alias: " + spec.name()
                                + " not found in request and no default value provided. Inputs expected to be in the request "
                                + set(declared.keySet()) + ", got " + set(given.keySet()) + ".",
                        given.keySet(),
                        declared.keySet());
            }
        }
        if (!declared.keySet().containsAll(given.keySet())) {
            throw mismatch(
                    "Inputs contains invalid name. Used request inputs: " + set(declared.keySet()) + ", request input: "
                            + set(given.keySet()) + ".",
                    given.keySet(),
                    declared.keySet());
        }
    }

    private static Set<String> without(Set<String> names, Set<String> others) {
        Set<String> rest = new TreeSet<>(names);
        rest.removeAll(others);
        return rest;
    }

    private static String set(Collection<String> names) {
        return "{" + String.join(",", new TreeSet<>(names)) + "}";
    }

    private static ServingException invalid(String message) {
        return new ServingException(ErrorKind.INVALID_REQUEST, message);
    }
}
