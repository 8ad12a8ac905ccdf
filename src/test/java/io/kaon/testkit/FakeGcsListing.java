package io.kaon.testkit;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeSet;

/// One page of a listing, as [FakeGcs] answers it: objects, and what their names begin with up to a delimiter.
final class FakeGcsListing {
    private FakeGcsListing() {}

    static JsonObject of(
            String bucket, NavigableMap<String, FakeGcsObject> objects, Map<String, String> query, int pageSize) {
        String prefix = query.getOrDefault("prefix", "");
        String delimiter = query.getOrDefault("delimiter", "");
        String after = query.getOrDefault("pageToken", "");
        Set<String> prefixes = new TreeSet<>();
        JsonArray items = new JsonArray();
        String last = "";
        for (Map.Entry<String, FakeGcsObject> object : objects.entrySet()) {
            String name = object.getKey();
            int end = delimiter.isEmpty() ? -1 : name.indexOf(delimiter, prefix.length());
            boolean below = name.startsWith(prefix) && end >= 0;
            String shown = below ? name.substring(0, end + delimiter.length()) : name;
            if (!name.startsWith(prefix) || (!after.isEmpty() && shown.compareTo(after) <= 0)) {
                continue;
            }
            if (items.size() + prefixes.size() == pageSize && !prefixes.contains(shown)) {
                return page(items, prefixes).put("nextPageToken", last);
            }
            if (below) {
                prefixes.add(shown);
            } else {
                items.add(item(bucket, name, object.getValue()));
            }
            last = shown;
        }
        return page(items, prefixes);
    }

    private static JsonObject page(JsonArray items, Set<String> prefixes) {
        JsonObject page = new JsonObject().put("kind", "storage#objects");
        if (!items.isEmpty()) {
            page.put("items", items);
        }
        return prefixes.isEmpty() ? page : page.put("prefixes", new JsonArray(List.copyOf(prefixes)));
    }

    private static JsonObject item(String bucket, String name, FakeGcsObject object) {
        JsonObject item = new JsonObject()
                .put("bucket", bucket)
                .put("name", name)
                .put("size", Integer.toString(object.bytes().length))
                .put("generation", Long.toString(object.generation()))
                .put("updated", object.updated().toString())
                .put("crc32c", object.crc32c());
        object.md5().ifPresent(md5 -> item.put("md5Hash", md5));
        return item;
    }
}
