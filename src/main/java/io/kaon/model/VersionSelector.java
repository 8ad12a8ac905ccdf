package io.kaon.model;

/// How a request chooses a version of the model that it names.
public sealed interface VersionSelector {
    /// The largest version that is being served.
    record Latest() implements VersionSelector {}

    /// That version and no other.
    record Exact(long version) implements VersionSelector {}

    /// The version that the operator has put this label on.
    record Labelled(String label) implements VersionSelector {}

    VersionSelector LATEST = new Latest();
}
