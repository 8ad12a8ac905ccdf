package io.kaon.lifecycle.load;

/// What becomes of a version whose inputs or outputs are others than those of the version that serves.
public enum SameSignature {
    /// It takes its place, and the log and the status say what is different.
    WARN,
    /// It fails to load.
    REQUIRE,
    /// It takes its place.
    OFF
}
