package io.kaon.lifecycle.declaration;

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
/// @param labels names for versions, which need not be loaded
public record DesiredModel(String name, Location base, ModelOptions options, Map<String, Long> labels) {
    public DesiredModel {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("a model has a name");
        }
        labels = Map.copyOf(labels);
    }

    /// The newest version, with default options and no labels.
    public static DesiredModel of(String name, Location base) {
        return new DesiredModel(name, base, ModelOptions.defaults(), Map.of());
    }

    public DesiredModel withOptions(ModelOptions other) {
        return new DesiredModel(name, base, other, labels);
    }

    public DesiredModel withLabels(Map<String, Long> others) {
        return new DesiredModel(name, base, options, others);
    }

    /// Which of its versions are wanted.
    public VersionPolicy policy() {
        return options.policy();
    }

    /// What is different from an earlier declaration of this model.
    List<String> changesFrom(DesiredModel before) {
        List<String> changes = new ArrayList<>();
        ModelOptions old = before.options;
        add(changes, "base path", before.base, base);
        add(changes, "version policy", old.policy(), options.policy());
        add(changes, "engine", old.engine().name(), options.engine().name());
        add(
                changes,
                "engine settings",
                old.engine().settings(),
                options.engine().settings());
        add(
                changes,
                "most threads",
                old.engine().mostThreads(),
                options.engine().mostThreads());
        add(changes, "batching", old.batching(), options.batching());
        add(changes, "warm-up", old.warmUp(), options.warmUp());
        add(changes, "outputs", old.outputs(), options.outputs());
        add(changes, "account", old.account(), options.account());
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
            if (!policy().aspired(withIt).contains(label.getValue())) {
                return "label `" + label.getKey() + "` is on version " + label.getValue()
                        + ", which is never loaded: of " + withIt + " it is not chosen by " + policy();
            }
        }
        return null;
    }
}
