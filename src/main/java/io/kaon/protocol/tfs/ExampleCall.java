package io.kaon.protocol.tfs;

import io.kaon.protocol.tfs.example.Examples;

/// A classify or regress body, read; unlike values, examples can be read without knowing the model.
///
/// @param signatureName as the body has it; empty for the default one
/// @param examples at least one
public record ExampleCall(String signatureName, Examples examples) {}
