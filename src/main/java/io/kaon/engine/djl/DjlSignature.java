package io.kaon.engine.djl;

import io.kaon.engine.djl.archive.TorchCode;
import io.kaon.engine.djl.declaration.Declaration;
import io.kaon.engine.djl.declaration.DeclaredTensor;
import io.kaon.model.ModelSignature;
import io.kaon.model.SignatureTraits;
import io.kaon.tensor.NamedTensors;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// A model's signature, and how its tensors are handed over.
///
/// @param arguments the inputs in the order in which the model takes them
/// @param outputs in the signature's order
/// @param places where among the tensors of a result each output stands; of those that are found by name, -1
/// @param keeps whether the model may hold on to inputs after a run
/// @param mostRows of a run, as declared
record DjlSignature(
        ModelSignature signature,
        List<DeclaredTensor> arguments,
        List<DeclaredTensor> outputs,
        List<Integer> places,
        boolean keeps,
        int mostRows) {
    /// As declared, for an engine that knows its tensors by name.
    static DjlSignature declared(Declaration declaration) {
        return new DjlSignature(
                signature(declaration.inputs(), declaration.outputs(), SignatureTraits.NONE),
                declaration.inputs(),
                declaration.outputs(),
                declaration.outputs().stream().map(_ -> -1).toList(),
                false,
                declaration.mostRows());
    }

    /// Inputs are in the order of `forward`.
    static DjlSignature of(TorchBinding binding, TorchCode code, int mostRows) {
        SignatureTraits traits = new SignatureTraits(
                NamedTensors.of(Map.of()),
                false,
                code.assigns(),
                code.loops() || code.branches(),
                Set.of(),
                null,
                null);
        return new DjlSignature(
                signature(binding.arguments(), binding.outputs(), traits),
                binding.arguments(),
                binding.outputs(),
                binding.places(),
                code.keeps(),
                mostRows);
    }

    private static ModelSignature signature(
            List<DeclaredTensor> inputs, List<DeclaredTensor> outputs, SignatureTraits traits) {
        return ModelSignature.of(
                ModelSignature.DEFAULT_NAME,
                inputs.stream().map(DeclaredTensor::spec).toList(),
                outputs.stream().map(DeclaredTensor::spec).toList(),
                traits);
    }
}
