package io.kaon.kubernetes.document;

import io.kaon.kubernetes.plan.ManifestPlan;
import io.kaon.kubernetes.plan.Models;
import java.util.Map;
import java.util.stream.Collectors;

/// The ConfigMap with the list of models, in the text form of TensorFlow Serving's `ModelServerConfig`.
final class ModelListDocument {
    private ModelListDocument() {}

    static Document of(ManifestPlan plan) {
        return new Document(
                "lists the models; the server looks at it again and again, so a change needs no restart",
                Metadata.configMap(plan.identity(), "models", ModelVolumes.CONFIGURATION_FILE, text(plan.models())));
    }

    private static String text(Models models) {
        return models.configuration()
                .orElseGet(() -> models.named().entrySet().stream()
                        .map(model -> config(models, model))
                        .collect(Collectors.joining("", "model_config_list {\n", "}\n")));
    }

    private static String config(Models models, Map.Entry<String, String> model) {
        String place = model.getValue();
        boolean relative = !place.startsWith("/") && !place.contains("://");
        String base = relative ? models.path().orElseThrow() + "/" + place : place;
        return "  config {\n    name: " + quoted(model.getKey()) + "\n    base_path: " + quoted(base) + "\n  }\n";
    }

    /// As protocol buffers' text form writes a string.
    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
