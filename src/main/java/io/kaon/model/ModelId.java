package io.kaon.model;

import org.jspecify.annotations.Nullable;

/// One version of one model.
///
/// @param name what clients call the model; any non-empty text
/// @param version non-negative; larger is newer
public record ModelId(String name, long version) {
    public ModelId {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("a model has a name");
        }
        if (version < 0) {
            throw new IllegalArgumentException("version " + version + " is negative");
        }
    }

    // Written out, as in all records that each request looks something up by: a native executable interprets the
    // equality that a record has of its own, which takes microseconds.
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ModelId id && version == id.version && name.equals(id.name);
    }

    @Override
    public int hashCode() {
        return 31 * name.hashCode() + Long.hashCode(version);
    }

    /// For example `mnist/3`.
    @Override
    public String toString() {
        return name + "/" + version;
    }
}
