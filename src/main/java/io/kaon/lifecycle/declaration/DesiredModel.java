package io.kaon.lifecycle.declaration;

import io.kaon.batch.BatchingPolicy;
import io.kaon.engine.EngineSettings;
import io.kaon.model.VersionPolicy;
import io.kaon.storage.Location;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// One model as the operator declared it. A changed declaration holds for versions that are loaded from then on; the
/// policy and the labels hold at once.
///
/// @param name what clients call it; any non-empty text
/// @param base the directory whose number-named children are its versions
/// @param engine name of the engine to use; null for the first that recognises the files
/// @param labels names for versions, which need not be loaded
public record DesiredModel(
        String name,
        Location base,
        VersionPolicy policy,
        @Nullable String engine,
        EngineSettings settings,
        BatchingPolicy batching,
        Map<String, Long> labels) {
    public DesiredModel {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("a model has a name");
        }
        labels = Map.copyOf(labels);
    }

    /// What is different from an earlier declaration of this model.
    List<String> changesFrom(DesiredModel before) {
        List<String> changes = new ArrayList<>();
        add(changes, "base path", before.base, base);
        add(changes, "version policy", before.policy, policy);
        add(changes, "engine", before.engine, engine);
        add(changes, "engine settings", before.settings, settings);
        add(changes, "batching", before.batching, batching);
        Set<String> names = new TreeSet<>(before.labels.keySet());
        names.addAll(labels.keySet());
        names.forEach(label -> add(changes, "label " + label, before.labels.get(label), labels.get(label)));
        return changes;
    }

    private void add(List<String> changes, String what, @Nullable Object before, @Nullable Object now) {
        if (!Objects.equals(before, now)) {
            changes.add(name + ": " + what + " " + (before == null ? "none" : before) + " → "
                    + (now == null ? "none" : now));
        }
    }

    /// What is wrong with a label on a version that the policy would not choose even if it were there: clients that ask
    /// by it are always refused.
    ///
    /// @return null when nothing is
    @Nullable
    public String deadLabel(Set<Long> present) {
        for (Map.Entry<String, Long> label : new TreeMap<>(labels).entrySet()) {
            SortedSet<Long> withIt = new TreeSet<>(present);
            withIt.add(label.getValue());
            if (!policy.aspired(withIt).contains(label.getValue())) {
                return "label `" + label.getKey() + "` is on version " + label.getValue()
                        + ", which is never loaded: of " + withIt + " it is not chosen by " + policy;
            }
        }
        return null;
    }

    /// The newest version, whatever engine it needs, with default settings and no labels.
    public static DesiredModel of(String name, Location base) {
        return new DesiredModel(
                name,
                base,
                new VersionPolicy.LatestN(1),
                null,
                EngineSettings.defaults(),
                BatchingPolicy.defaults(),
                Map.of());
    }
}
