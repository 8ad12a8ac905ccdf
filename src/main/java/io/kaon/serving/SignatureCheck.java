package io.kaon.serving;

import io.kaon.model.ErrorKind;
import io.kaon.model.ModelSignature;
import io.kaon.model.RowHint;
import io.kaon.model.ServingException;
import io.kaon.tensor.DenseTensor;
import io.kaon.tensor.NamedTensors;
import io.kaon.tensor.Shape;
import io.kaon.tensor.StringTensor;
import io.kaon.tensor.Tensor;
import io.kaon.tensor.TensorSpec;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/// Compares what a request brings with what the signature declares, before the engine sees it: engines answer such
/// faults in their own words, and some not at all. A shape that differs by dimensions of size 1 only is made to fit.
/// Where the engine judges shapes itself, they are passed as they were sent.
final class SignatureCheck {
    private SignatureCheck() {}

    /// @return the inputs in shapes that the signature takes; their elements are shared, not copied
    /// @throws ServingException INVALID_REQUEST, saying expected and got; UNSUPPORTED if the
    ///     signature cannot be called
    static NamedTensors inputs(ModelSignature signature, NamedTensors inputs) {
        String refusal = signature.traits().refusal();
        if (refusal != null) {
            throw new ServingException(
                    ErrorKind.UNSUPPORTED, "signature \"" + signature.name() + "\" cannot be served: " + refusal);
        }
        Map<String, Tensor> fitted = null;
        for (TensorSpec spec : signature.inputs().values()) {
            Tensor tensor = inputs.get(spec.name());
            if (tensor == null) {
                Tensor standard = signature.traits().defaults().get(spec.name());
                if (standard != null) {
                    fitted = fitted == null ? new LinkedHashMap<>(inputs.asMap()) : fitted;
                    fitted.put(spec.name(), standard);
                } else if (spec.required()) {
                    throw invalid("input `" + spec.name() + "` is missing: expected "
                            + signature.inputs().keySet() + ", got " + inputs.names());
                }
            } else if (!spec.accepts(tensor)) {
                if (signature.traits().shapesAsSent() && tensor.type() == spec.type()) {
                    continue;
                }
                fitted = fitted == null ? new LinkedHashMap<>(inputs.asMap()) : fitted;
                fitted.put(spec.name(), fit(spec, tensor));
            }
        }
        known("input", signature.inputs(), inputs.names());
        NamedTensors checked = fitted == null ? inputs : NamedTensors.of(fitted);
        if (!signature.sharedDimensions().isEmpty()) {
            String conflict = signature.sharedDimensions().conflict(checked);
            if (conflict != null) {
                throw invalid(conflict);
            }
        }
        return checked;
    }

    private static Tensor fit(TensorSpec spec, Tensor tensor) {
        Shape declared = spec.shape();
        Shape shape = declared == null || tensor.type() != spec.type() ? null : ShapeFit.of(declared, tensor.shape());
        if (shape == null) {
            ServingException refusal =
                    invalid("input `" + spec.name() + "`: expected " + spec.describe() + ", got " + tensor.describe());
            throw tensor.type() == spec.type()
                    ? RowHint.of(spec, tensor.shape()).map(refusal::withHint).orElse(refusal)
                    : refusal;
        }
        return switch (tensor) {
            case DenseTensor dense -> new DenseTensor(dense.type(), shape, dense.data());
            case StringTensor strings -> new StringTensor(shape, strings.values());
        };
    }

    /// @throws ServingException INVALID_REQUEST, naming the outputs there are
    static void outputs(ModelSignature signature, Set<String> wanted) {
        known("output", signature.outputs(), wanted);
    }

    private static void known(String what, Map<String, TensorSpec> declared, Set<String> asked) {
        for (String name : asked) {
            if (!declared.containsKey(name)) {
                throw invalid("unknown " + what + " `" + name + "`: expected some of " + declared.keySet());
            }
        }
    }

    private static ServingException invalid(String message) {
        return new ServingException(ErrorKind.INVALID_REQUEST, message);
    }
}
