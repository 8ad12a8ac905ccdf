package io.kaon.protocol.tfs.example;

import io.kaon.model.ExampleOutputs;
import io.kaon.model.ModelSignature;
import io.kaon.tensor.NamedTensors;
import io.kaon.tensor.Shape;
import io.kaon.tensor.Tensor;
import io.kaon.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Regress, on a signature with one FLOAT or DOUBLE output `[b]` or `[b,1]`, or one called `outputs`.
public final class RegressMethod implements ExampleMethod {
    private static final String OUTPUTS = "outputs";
    private static final String VALUE = "value of a regression";

    private final ModelSignature signature;
    private final TensorSpec value;

    private RegressMethod(ModelSignature signature, TensorSpec value) {
        this.signature = signature;
        this.value = value;
    }

    /// @throws ServingException INVALID_REQUEST if the signature is not one of a regression
    public static RegressMethod of(ModelSignature signature, ExampleOutputs declared) {
        TensorSpec value = declared.value() != null
                ? OutputRoles.named(signature, VALUE, declared.value(), RegressMethod::isValue)
                : OutputRoles.find(signature, VALUE, List.of(OUTPUTS), RegressMethod::isValue);
        if (value == null) {
            throw OutputRoles.invalid("Expected regression signature outputs to contain \"outputs\": signature \""
                    + signature.name() + "\" has " + OutputRoles.describe(signature)
                    + ", none of them a FLOAT or DOUBLE [batch] or [batch,1]");
        }
        return new RegressMethod(signature, value);
    }

    private static boolean isValue(TensorSpec output) {
        Shape shape = output.shape();
        boolean single = shape == null || shape.rank() != 2 || shape.dim(1) == 1 || shape.dim(1) == Shape.UNKNOWN;
        return OutputRoles.isReal(output) && OutputRoles.hasRank(output, 1, 2) && single;
    }

    @Override
    public ModelSignature signature() {
        return signature;
    }

    @Override
    public Set<String> outputs() {
        return Set.of(value.name());
    }

    @Override
    public Regressions result(NamedTensors outputs, int examples) {
        Tensor tensor = OutputRoles.rows(outputs, value, "regression", examples);
        if (tensor.shape().elements() != examples || tensor.shape().rank() > 2) {
            throw OutputRoles.invalid("Expected output Tensor shape to be either [batch_size] or [batch_size, 1] but"
                    + " got " + tensor.shape());
        }
        List<Float> values = new ArrayList<>(examples);
        for (int example = 0; example < examples; example++) {
            values.add(OutputRoles.real(tensor, example));
        }
        return new Regressions(values);
    }
}
