package io.kaon.serving;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/// Everything that is being served and known at one moment. Immutable; replaced whole.
///
/// @param models by name
public record Snapshot(Map<String, ServedModel> models) {
    public static final Snapshot EMPTY = new Snapshot(Map.of());

    public Snapshot {
        models = Collections.unmodifiableMap(new TreeMap<>(models));
    }
}
