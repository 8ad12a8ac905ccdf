package io.kaon.kubernetes;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/// What the API server of Kubernetes 1.34 takes, with the custom resources that Kaon writes, as their makers
/// publish it. It holds a document against its schema, strictly, and against [DocumentRules]. Rules that
/// schemas give as expressions (`x-kubernetes-validations`) are left to a real API server.
final class ApiSchemas {
    private static final Path FOLDER = Path.of("../shared/data/kubernetes");
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final SchemaRegistry REGISTRY = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7);

    /// By API version and kind.
    private final Map<String, Map<String, Object>> kinds = new TreeMap<>();

    private final Map<String, Object> definitions = new LinkedHashMap<>();
    private final Map<String, Schema> made = new ConcurrentHashMap<>();

    private ApiSchemas() {}

    /// Whether the schemas lie there. Says on standard output when they do not.
    static boolean present() {
        boolean present = Files.isDirectory(FOLDER);
        if (!present) {
            System.out.println("skipped: no published schemas of Kubernetes at " + FOLDER);
        }
        return present;
    }

    static ApiSchemas read() throws IOException {
        ApiSchemas schemas = new ApiSchemas();
        try (InputStream file = new GZIPInputStream(Files.newInputStream(FOLDER.resolve("openapi-v1.34.json.gz")))) {
            Map<String, Object> published = JSON.readValue(file, new TypeReference<Map<String, Object>>() {});
            for (Place definition : Place.of(published).at("definitions").below()) {
                schemas.addOwn(definition.path().substring("/definitions/".length()), definition);
            }
        }
        try (Stream<Path> files = Files.list(FOLDER.resolve("crds"))) {
            for (Path file : files.sorted().toList()) {
                YamlDocuments.read(file).forEach(document -> schemas.addCustom(Place.of(document)));
            }
        }
        return schemas;
    }

    /// What is wrong with a document, each with the path of where; empty where the API server would take it.
    List<String> problems(Map<String, Object> document) {
        String kind = kindOf(document.get("apiVersion"), document.get("kind"));
        List<String> problems = new ArrayList<>();
        if (!kinds.containsKey(kind)) {
            return List.of(": expected an apiVersion and a kind that have a schema in " + FOLDER + ", got " + kind);
        }
        for (Error error : made.computeIfAbsent(kind, this::schema).validate(JSON.valueToTree(document))) {
            // DocumentRules tell of each null.
            if (error.getInstanceNode() == null || !error.getInstanceNode().isNull()) {
                problems.add(error.getInstanceLocation() + ": " + error.getMessage());
            }
        }
        problems.addAll(DocumentRules.problems(document));
        return problems;
    }

    /// What is wrong with documents that are applied together: with each, and with what they say of each other.
    List<String> problems(List<Map<String, Object>> documents) {
        List<String> problems = new ArrayList<>();
        for (Map<String, Object> document : documents) {
            problems(document).forEach(problem -> problems.add(document.get("kind") + " " + problem));
        }
        problems.addAll(TogetherRules.problems(documents));
        return problems;
    }

    private void addOwn(String name, Place definition) {
        definitions.put(name, new StrictSchema(false).ofDefinition(name, map(definition)));
        for (Place of : definition.at("x-kubernetes-group-version-kind").below()) {
            String group = of.at("group").text().orElse("");
            String version = of.at("version").text().orElseThrow();
            kinds.put(
                    kindOf(
                            group.isEmpty() ? version : group + "/" + version,
                            of.at("kind").value()),
                    Map.of("$ref", "#/definitions/" + name));
        }
    }

    private void addCustom(Place definition) {
        for (Place version : definition.at("spec", "versions").below()) {
            Map<String, Object> schema = new StrictSchema(true).of(map(version.at("schema", "openAPIV3Schema")));
            Map<String, Object> fields =
                    new LinkedHashMap<>(map(Place.of(schema).at("properties")));
            fields.put("metadata", Map.of("$ref", "#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"));
            schema.put("properties", fields);
            String group = definition.at("spec", "group").text().orElseThrow();
            kinds.put(
                    kindOf(
                            group + "/" + version.at("name").text().orElseThrow(),
                            definition.at("spec", "names", "kind").value()),
                    schema);
        }
    }

    private Schema schema(String kind) {
        Map<String, Object> whole = new LinkedHashMap<>();
        whole.put("allOf", List.of(kinds.getOrDefault(kind, Map.of())));
        whole.put("definitions", definitions);
        return REGISTRY.getSchema(JSON.valueToTree(whole));
    }

    private static String kindOf(@Nullable Object apiVersion, @Nullable Object kind) {
        return apiVersion + " " + kind;
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(Place place) {
        if (place.value() instanceof Map<?, ?> map) {
            return (Map<String, Object>) map;
        }
        throw new AssertionError("expected a map at " + place);
    }
}
