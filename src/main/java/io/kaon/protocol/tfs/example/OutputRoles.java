package io.kaon.protocol.tfs.example;

import io.kaon.model.ErrorKind;
import io.kaon.model.ModelSignature;
import io.kaon.model.ServingException;
import io.kaon.tensor.DataType;
import io.kaon.tensor.DenseTensor;
import io.kaon.tensor.NamedTensors;
import io.kaon.tensor.Shape;
import io.kaon.tensor.StringTensor;
import io.kaon.tensor.Tensor;
import io.kaon.tensor.TensorSpec;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Finds out which output of a model means what, and reads it.
final class OutputRoles {
    private OutputRoles() {}

    /// The first of the names whose output fits, else the only output that fits; null if none does.
    ///
    /// @param role what is looked for, as messages say it
    /// @throws ServingException INVALID_REQUEST if several fit
    static @Nullable TensorSpec find(
            ModelSignature signature, String role, List<String> names, Predicate<TensorSpec> fits) {
        for (String name : names) {
            TensorSpec named = signature.outputs().get(name);
            if (named != null && fits.test(named)) {
                return named;
            }
        }
        List<TensorSpec> fitting =
                signature.outputs().values().stream().filter(fits).toList();
        if (fitting.size() > 1) {
            throw invalid("signature \"" + signature.name() + "\": several outputs may be the " + role
                    + ": expected one, or one called `" + names.getFirst() + "`, got "
                    + fitting.stream().map(TensorSpec::name).toList());
        }
        return fitting.isEmpty() ? null : fitting.getFirst();
    }

    /// The output that the operator named.
    ///
    /// @param role what it is for, as messages say it
    /// @throws ServingException INVALID_REQUEST if there is no such output, or it does not fit
    static TensorSpec named(ModelSignature signature, String role, String name, Predicate<TensorSpec> fits) {
        TensorSpec named = signature.outputs().get(name);
        if (named == null || !fits.test(named)) {
            throw invalid(
                    "the configuration names output `" + name + "` for the " + role + " of this model: signature \""
                            + signature.name() + "\" has " + describe(signature)
                            + (named == null ? "" : ", and that one does not fit"));
        }
        return named;
    }

    static boolean isReal(TensorSpec spec) {
        return spec.type() == DataType.FLOAT || spec.type() == DataType.DOUBLE;
    }

    static boolean isLabel(TensorSpec spec) {
        return spec.type() == DataType.STRING || spec.type() == DataType.INT64 || spec.type() == DataType.INT32;
    }

    static boolean hasRank(TensorSpec spec, int least, int most) {
        Shape shape = spec.shape();
        return shape == null || (shape.rank() >= least && shape.rank() <= most);
    }

    /// Names, types and shapes of the outputs, for messages.
    static String describe(ModelSignature signature) {
        Map<String, String> outputs = new TreeMap<>();
        signature.outputs().forEach((name, spec) -> outputs.put(name, spec.describe()));
        return outputs.toString();
    }

    /// The output, with a row per example.
    ///
    /// @param role what it means, as messages say it
    static Tensor rows(NamedTensors outputs, TensorSpec spec, String role, int examples) {
        Tensor tensor = outputs.get(spec.name());
        if (tensor == null) {
            throw new IllegalStateException("the engine left out `" + spec.name() + "`");
        }
        Shape shape = tensor.shape();
        if (shape.rank() == 0 || shape.dim(0) != examples) {
            throw invalid("Expected " + role + " output batch size of " + examples + ". Got: "
                    + (shape.rank() == 0 ? "no batch" : shape.dim(0)) + ": output `" + spec.name() + "` is "
                    + tensor.describe());
        }
        return tensor;
    }

    /// An element of a FLOAT or DOUBLE tensor as the float that answers carry.
    static float real(Tensor tensor, long index) {
        DenseTensor dense = (DenseTensor) tensor;
        return dense.type() == DataType.FLOAT
                ? dense.elements().getFloat(Math.toIntExact(index * Float.BYTES))
                : (float) dense.elements().getDouble(Math.toIntExact(index * Double.BYTES));
    }

    /// An element of a STRING or integer tensor as the text that answers carry.
    static String label(Tensor tensor, long index) {
        return switch (tensor) {
            case StringTensor strings -> new String(strings.values().get((int) index), StandardCharsets.UTF_8);
            case DenseTensor dense ->
                dense.type() == DataType.INT64
                        ? Long.toString(dense.elements().getLong(Math.toIntExact(index * Long.BYTES)))
                        : Integer.toString(dense.elements().getInt(Math.toIntExact(index * Integer.BYTES)));
        };
    }

    static ServingException invalid(String message) {
        return new ServingException(ErrorKind.INVALID_REQUEST, message);
    }
}
