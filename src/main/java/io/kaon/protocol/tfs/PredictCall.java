package io.kaon.protocol.tfs;

import io.kaon.model.ModelSignature;
import io.kaon.tensor.NamedTensors;

/// A predict body, read.
///
/// @param signature the one that the body names, or the default one
/// @param form what the answer has to look like
/// @param inputs of the signature's types; their shapes are the body's, not yet compared with the signature's
public record PredictCall(ModelSignature signature, PredictForm form, NamedTensors inputs) {}
