package io.kaon.app.client;

import io.kaon.client.ModelReport;
import io.kaon.client.Printable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/// What is different between two lists of models, a line for each.
final class ConfigChanges {
    private ConfigChanges() {}

    /// @param before empty where it is not known
    static List<String> between(List<ModelReport> before, List<ModelReport> after) {
        List<String> changes = new ArrayList<>();
        if (before.isEmpty()) {
            return changes;
        }
        Map<String, ModelReport> old = byName(before);
        Map<String, ModelReport> now = byName(after);
        now.forEach((name, model) -> {
            ModelReport was = old.get(name);
            if (was == null) {
                changes.add(Printable.line(name) + ": new");
            } else {
                labels(was, model, changes);
            }
        });
        old.keySet().stream()
                .filter(name -> !now.containsKey(name))
                .forEach(name -> changes.add(Printable.line(name) + ": removed"));
        return changes;
    }

    private static void labels(ModelReport was, ModelReport model, List<String> changes) {
        TreeSet<String> labels = new TreeSet<>(was.labels().keySet());
        labels.addAll(model.labels().keySet());
        for (String label : labels) {
            Long old = was.labels().get(label);
            Long now = model.labels().get(label);
            if (old == null || !old.equals(now)) {
                changes.add(Printable.line(model.name() + ": label " + label) + " " + (old == null ? "none" : old)
                        + " → " + (now == null ? "none" : now));
            }
        }
    }

    private static Map<String, ModelReport> byName(List<ModelReport> models) {
        Map<String, ModelReport> named = new TreeMap<>();
        models.forEach(model -> named.put(model.name(), model));
        return named;
    }
}
