package io.kaon.engine.tensorflow;

import io.kaon.model.ModelSignature;
import io.kaon.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.internal.c_api.TF_Output;

/// A signature with the places of its tensors in the graph, in the signature's order. The places are in native memory,
/// and only read once they are made.
///
/// @param mayNotEnd whether a run may go on for ever, for all that can be told from the graph
record SignatureCall(ModelSignature signature, TF_Output inputs, TF_Output outputs, boolean mayNotEnd) {
    /// The places of some of the outputs, in a new array that the caller closes.
    TF_Output places(List<TensorSpec> some) {
        List<String> all = new ArrayList<>(signature.outputs().keySet());
        TF_Output places = new TF_Output(Math.max(1, some.size()));
        for (int i = 0; i < some.size(); i++) {
            try (TF_Output place = outputs.getPointer(all.indexOf(some.get(i).name()))) {
                places.position(i).oper(place.oper()).index(place.index());
            }
        }
        return places.position(0);
    }

    void close() {
        inputs.close();
        outputs.close();
    }
}
