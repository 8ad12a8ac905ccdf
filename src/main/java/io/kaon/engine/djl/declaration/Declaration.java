package io.kaon.engine.djl.declaration;

import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// What stands beside a model about its signature.
///
/// @param file where it stands, for messages
/// @param inputs in the order of the file
/// @param outputs in the order of the file
/// @param mostRows of a run
public record Declaration(String file, List<DeclaredTensor> inputs, List<DeclaredTensor> outputs, int mostRows) {
    /// @throws ServingException ENGINE_FAILED if two have one name, UNSUPPORTED for a type that cannot be passed
    public Declaration {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        check(file, "input", inputs);
        check(file, "output", outputs);
    }

    /// With any number of rows.
    public Declaration(String file, List<DeclaredTensor> inputs, List<DeclaredTensor> outputs) {
        this(file, inputs, outputs, Integer.MAX_VALUE);
    }

    private static void check(String file, String what, List<DeclaredTensor> tensors) {
        Set<String> names = new HashSet<>();
        for (DeclaredTensor tensor : tensors) {
            if (!names.add(tensor.name())) {
                throw new ServingException(
                        ErrorKind.ENGINE_FAILED, file + ": two of " + what + " are called `" + tensor.name() + "`");
            }
            if (ElementTypes.ofDjl(tensor.type()) == null) {
                throw new ServingException(
                        ErrorKind.UNSUPPORTED,
                        file + ": " + what + " `" + tensor.name() + "`: DJL passes no tensors of " + tensor.type()
                                + "; let the model convert them");
            }
        }
    }
}
