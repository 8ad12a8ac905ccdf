package io.kaon.lifecycle.declaration;

import io.kaon.model.ErrorKind;
import io.kaon.model.Nearest;
import io.kaon.model.ServingException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A declaration with other labels. A reload replaces everything, so a client would have to know everything to change
/// one label of a model; here it names what changes, and nothing else can get lost.
final class Relabelling {
    private Relabelling() {}

    /// @param changes by model and label; a version below zero takes the label away
    /// @param served names of what there is, among it the models of a folder
    /// @throws ServingException MODEL_NOT_FOUND
    static DesiredModels.Declaration of(
            DesiredModels.Declaration current, Map<String, Map<String, Long>> changes, Set<String> served) {
        Map<String, DesiredModel> models = new LinkedHashMap<>();
        current.models().forEach(model -> models.put(model.name(), model));
        changes.forEach((name, labels) -> {
            DesiredModel model = models.get(name);
            if (model == null) {
                model = ofFolder(name, current.folder(), served);
            }
            DesiredModel changed = changed(model, labels);
            if (changed.labels().isEmpty() && isOfFolder(changed, current.folder())) {
                models.remove(name);
            } else {
                models.put(name, changed);
            }
        });
        List<DesiredModel> all = new ArrayList<>(models.values());
        return new DesiredModels.Declaration(all, current.folder());
    }

    private static DesiredModel ofFolder(String name, @Nullable ModelFolder folder, Set<String> served) {
        if (folder == null || !served.contains(name)) {
            throw new ServingException(ErrorKind.MODEL_NOT_FOUND, "there is no model " + name + " to label")
                    .withHint(Nearest.hint("models", name, served));
        }
        return folder.model(name);
    }

    private static DesiredModel changed(DesiredModel model, Map<String, Long> changes) {
        Map<String, Long> labels = new LinkedHashMap<>(model.labels());
        changes.forEach((label, version) -> {
            if (version < 0) {
                labels.remove(label);
            } else {
                labels.put(label, version);
            }
        });
        return model.withLabels(labels);
    }

    /// Whether the folder alone declares the same.
    private static boolean isOfFolder(DesiredModel model, @Nullable ModelFolder folder) {
        return folder != null && model.equals(folder.model(model.name()));
    }
}
