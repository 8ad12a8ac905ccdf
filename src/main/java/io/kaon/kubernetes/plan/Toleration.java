package io.kaon.kubernetes.plan;

import java.util.Optional;
import java.util.Set;

/// A taint of nodes that does not keep pods away.
///
/// @param value none for any
/// @param effect none for all
public record Toleration(String key, Optional<String> value, Optional<String> effect) {
    private static final Set<String> EFFECTS = Set.of("NoSchedule", "PreferNoSchedule", "NoExecute");

    /// @param text `key`, `key=value`, each with `:effect` or without
    /// @throws IllegalArgumentException for anything else
    public static Toleration parse(String text) {
        String[] parts = text.split(":", 2);
        String[] pair = parts[0].split("=", 2);
        if (parts.length == 2 && !EFFECTS.contains(parts[1])) {
            throw new IllegalArgumentException("expected one of the effects "
                    + EFFECTS.stream().sorted().toList() + ", got \"" + parts[1] + "\" in " + text);
        }
        return new Toleration(
                Names.key(pair[0]),
                pair.length == 1 ? Optional.empty() : Optional.of(pair[1]),
                parts.length == 1 ? Optional.empty() : Optional.of(parts[1]));
    }
}
