package io.kaon.kubernetes.format;

import io.kaon.kubernetes.document.Fields;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What the values of a chart may be, as a JSON schema: each of the type of its default, and no others.
final class HelmSchema {
    private HelmSchema() {}

    static Map<String, Object> of(Map<String, Object> values) {
        Map<String, Object> properties = new LinkedHashMap<>();
        values.forEach((name, value) -> properties.put(name, type(name, value)));
        // What Helm itself adds for charts above this one.
        properties.put("global", Fields.of("type", "object"));
        return Fields.of(
                "$schema",
                "https://json-schema.org/draft-07/schema#",
                "type",
                "object",
                "required",
                List.copyOf(values.keySet()),
                "additionalProperties",
                false,
                "properties",
                properties);
    }

    private static Map<String, Object> type(String name, Object value) {
        if (value instanceof Integer) {
            return Fields.of("type", "integer", "minimum", 0);
        }
        if (value instanceof Map<?, ?>) {
            return Fields.of("type", "object");
        }
        if (name.equals("serviceType")) {
            return Fields.of("type", "string", "enum", List.of("ClusterIP", "NodePort", "LoadBalancer"));
        }
        return Fields.of("type", "string", "minLength", 1);
    }
}
