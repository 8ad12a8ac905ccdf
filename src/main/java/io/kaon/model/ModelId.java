package io.kaon.model;

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

    /// For example `mnist/3`.
    @Override
    public String toString() {
        return name + "/" + version;
    }
}
