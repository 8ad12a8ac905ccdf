package io.kaon.protocol.tfs.example;

import io.kaon.model.ModelSignature;
import io.kaon.tensor.NamedTensors;
import java.util.Set;

/// A method that takes examples, on a signature that turned out to fit it.
public sealed interface ExampleMethod permits ClassifyMethod, RegressMethod {
    ModelSignature signature();

    /// Names of the outputs that the result is made of.
    Set<String> outputs();

    /// @param outputs at least [#outputs()]
    /// @param examples how many there were
    /// @throws ServingException INVALID_REQUEST if the outputs do not have the shapes they need
    ExampleResult result(NamedTensors outputs, int examples);
}
