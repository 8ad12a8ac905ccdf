package io.kaon.kubernetes;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Turns a schema as Kubernetes publishes it into a JSON schema that refuses what the API server refuses where
/// it is told to validate strictly: fields that the schema does not name, and values out of the range of their
/// format.
///
/// @param closesBare whether an object of which a schema says nothing more may have no field: so it is in
/// definitions of custom resources, while Kubernetes' own types mean any object by it
record StrictSchema(boolean closesBare) {
    private static final String QUANTITY =
            "^[+-]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?[0-9]+)?$";
    private static final Map<String, Object> INT_OR_STRING =
            Map.of("anyOf", List.of(Map.of("type", "integer"), Map.of("type", "string")));

    /// Types that are not what the published definition says, because they read and write themselves.
    private static final Map<String, Map<String, Object>> THEMSELVES = Map.of(
            "io.k8s.apimachinery.pkg.util.intstr.IntOrString",
            INT_OR_STRING,
            "io.k8s.apimachinery.pkg.api.resource.Quantity",
            Map.of("anyOf", List.of(Map.of("type", "number"), Map.of("type", "string", "pattern", QUANTITY))));

    private static final Set<String> KEPT = Set.of(
            "$ref",
            "type",
            "enum",
            "pattern",
            "required",
            "minLength",
            "maxLength",
            "minItems",
            "maxItems",
            "minimum",
            "maximum");

    Map<String, Object> ofDefinition(String name, Map<String, Object> published) {
        Map<String, Object> itself = THEMSELVES.get(name);
        return itself == null ? of(published) : itself;
    }

    Map<String, Object> of(Map<String, Object> published) {
        Map<String, Object> strict = new LinkedHashMap<>();
        published.forEach((keyword, value) -> {
            if (KEPT.contains(keyword)) {
                strict.put(keyword, value);
            }
        });
        if (Boolean.TRUE.equals(published.get("x-kubernetes-int-or-string"))) {
            strict.putAll(INT_OR_STRING);
        } else if (published.containsKey("anyOf")) {
            throw new AssertionError("expected anyOf only for an integer or a text, got " + published);
        }
        if ("set".equals(published.get("x-kubernetes-list-type"))) {
            strict.put("uniqueItems", true);
        }
        if (published.get("items") instanceof Map<?, ?> items) {
            strict.put("items", of(map(items)));
        }
        putRange(published.get("format"), strict);
        putFields(published, strict);
        return strict;
    }

    private void putFields(Map<String, Object> published, Map<String, Object> strict) {
        Map<String, Object> fields = new LinkedHashMap<>();
        if (published.get("properties") instanceof Map<?, ?> properties) {
            properties.forEach((name, field) -> fields.put(String.valueOf(name), of(map(field))));
            strict.put("properties", fields);
        }
        Object others = published.get("additionalProperties");
        if (others instanceof Map<?, ?> schema) {
            strict.put("additionalProperties", of(map(schema)));
        } else if (others instanceof Boolean) {
            strict.put("additionalProperties", others);
        } else if (!Boolean.TRUE.equals(published.get("x-kubernetes-preserve-unknown-fields"))
                && (!fields.isEmpty() || (closesBare && "object".equals(published.get("type"))))) {
            strict.put("additionalProperties", false);
        }
    }

    private static void putRange(@Nullable Object format, Map<String, Object> strict) {
        if ("int32".equals(format)) {
            strict.putIfAbsent("minimum", Integer.MIN_VALUE);
            strict.putIfAbsent("maximum", Integer.MAX_VALUE);
        } else if ("date-time".equals(format)) {
            strict.put(
                    "pattern",
                    "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})$");
        }
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(@Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            return (Map<String, Object>) map;
        }
        throw new AssertionError("expected a map in a schema, got " + value);
    }
}
