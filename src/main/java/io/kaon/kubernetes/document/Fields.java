package io.kaon.kubernetes.document;

import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Fields of a document in the order in which they are written: text, numbers, booleans, lists, and fields again.
public final class Fields {
    /// A field that stands there with nothing in it, which `emptyDir` means something by.
    public static final Map<String, Object> NOTHING = new Nothing();

    private Fields() {}

    /// What is not there (an empty Optional) and what holds nothing (an empty list or map other than [#NOTHING]) is
    /// left out.
    ///
    /// @param namesAndValues a name, its value, a name, its value, …
    public static Map<String, Object> of(Object... namesAndValues) {
        Map<String, Object> fields = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            Object value = namesAndValues[i + 1] instanceof Optional<?> optional
                    ? optional.map(Object.class::cast).orElse(List.of())
                    : namesAndValues[i + 1];
            if (value instanceof Nothing || !isEmpty(value)) {
                fields.put((String) namesAndValues[i], value);
            }
        }
        return fields;
    }

    /// What `over` says, and below it what `base` says: fields are joined, everything else is replaced.
    public static Map<String, Object> merged(Map<String, Object> base, Map<String, Object> over) {
        Map<String, Object> fields = new LinkedHashMap<>(base);
        over.forEach((name, value) -> fields.merge(name, value, Fields::merged));
        return fields;
    }

    private static Object merged(Object base, Object over) {
        return base instanceof Map<?, ?> && over instanceof Map<?, ?> && !(over instanceof Nothing)
                ? merged(typed(base), typed(over))
                : over;
    }

    /// The fields that a field holds; none where it is not there.
    public static Map<String, Object> child(Map<String, Object> fields, String... path) {
        Map<String, Object> at = fields;
        for (String name : path) {
            at = at.get(name) instanceof Map<?, ?> child ? typed(child) : Map.of();
        }
        return at;
    }

    /// The list that a field holds; an empty one where it is not there.
    public static List<Map<String, Object>> list(Map<String, Object> fields, String name) {
        List<Map<String, Object>> items = new ArrayList<>();
        if (fields.get(name) instanceof List<?> list) {
            list.forEach(item -> items.add(typed(item)));
        }
        return items;
    }

    /// Of documents as they were read, all keys are text.
    @SuppressWarnings("unchecked")
    static Map<String, Object> typed(Object fields) {
        return (Map<String, Object>) fields;
    }

    private static boolean isEmpty(Object value) {
        return (value instanceof Collection<?> collection && collection.isEmpty())
                || (value instanceof Map<?, ?> map && map.isEmpty());
    }

    private static final class Nothing extends AbstractMap<String, Object> {
        @Override
        public Set<Map.Entry<String, Object>> entrySet() {
            return Set.of();
        }
    }
}
