package io.kaon.protocol.tfs;

import io.kaon.model.ModelSignature;
import io.kaon.protocol.json.JsonText;
import io.kaon.serving.ModelLease;
import io.kaon.tensor.NamedTensors;
import java.util.Set;
import java.util.function.Function;

/// What a REST request wants of the version it has borrowed, whatever its verb.
///
/// @param lease what was borrowed
/// @param wanted names of the outputs to compute; empty for all
/// @param writer makes the answer's body of the outputs
record RestCall(
        ModelLease lease,
        ModelSignature signature,
        NamedTensors inputs,
        Set<String> wanted,
        Function<NamedTensors, JsonText> writer) {}
