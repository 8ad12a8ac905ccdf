package io.kaon.kubernetes;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/// What documents that are applied together must say of each other. No cluster refuses what breaks this: it does
/// nothing, such as sending requests to no pod. Where none of the documents brings pods or Services, what selects
/// them may mean those of another application.
final class TogetherRules {
    private final List<Place> documents;
    private final List<String> problems = new ArrayList<>();

    private TogetherRules(List<Place> documents) {
        this.documents = documents;
    }

    static List<String> problems(List<Map<String, Object>> documents) {
        TogetherRules rules =
                new TogetherRules(documents.stream().map(Place::of).toList());
        rules.checkNames();
        rules.checkSelectors();
        rules.checkServices();
        rules.checkMonitors();
        rules.checkScaled();
        rules.checkRoutes();
        return rules.problems;
    }

    private void checkNames() {
        Set<String> seen = new HashSet<>();
        for (Place document : documents) {
            if (!seen.add(
                    label(document) + " " + document.at("metadata", "namespace").value())) {
                problems.add(label(document) + ": expected each document only once");
            }
        }
    }

    private void checkSelectors() {
        List<Place> pods = pods().map(pod -> pod.at("metadata", "labels")).toList();
        for (Place document : documents) {
            Place spec = document.at("spec");
            Place selector = switch (document.at("apiVersion").value() + " " + kind(document)) {
                case "v1 Service" -> spec.at("selector");
                case "policy/v1 PodDisruptionBudget", "monitoring.coreos.com/v1 PodMonitor" ->
                    spec.at("selector", "matchLabels");
                case "networking.k8s.io/v1 NetworkPolicy" -> spec.at("podSelector", "matchLabels");
                default -> new Place("", null);
            };
            checkSelects(document, selector, pods);
        }
    }

    private void checkServices() {
        Set<Object> names = new HashSet<>();
        pods().forEach(pod -> ports(pod)
                .forEach(port -> names.add(String.valueOf(port.at("name").value()))));
        for (Place service : of("v1", "Service")) {
            for (Place port : service.at("spec", "ports").below()) {
                port.at("targetPort").text().ifPresent(name -> checkOneOf(service, port.at("targetPort"), names));
            }
        }
    }

    private void checkMonitors() {
        Set<Object> names = new HashSet<>();
        List<Place> services = of("v1", "Service");
        services.forEach(service -> service.at("spec", "ports")
                .below()
                .forEach(port -> names.add(port.at("name").value())));
        for (Place monitor : of("monitoring.coreos.com/v1", "ServiceMonitor")) {
            checkSelects(
                    monitor,
                    monitor.at("spec", "selector", "matchLabels"),
                    services.stream()
                            .map(service -> service.at("metadata", "labels"))
                            .toList());
            monitor.at("spec", "endpoints")
                    .below()
                    .forEach(endpoint -> checkOneOf(monitor, endpoint.at("port"), names));
        }
    }

    private void checkScaled() {
        Set<Object> names = namesOf("apps/v1", "Deployment");
        for (Place document : documents) {
            checkOneOf(document, document.at("spec", "scaleTargetRef", "name"), names);
        }
    }

    /// A route may send a part of the requests to a Service of another release, and must send some to ours.
    private void checkRoutes() {
        Set<Object> services = namesOf("v1", "Service");
        for (Place route : documents) {
            for (Place place : route.all()) {
                List<Place> names = place.path().endsWith("/backendRefs")
                        ? place.below().stream()
                                .map(backend -> backend.at("name"))
                                .toList()
                        : List.of();
                if (names.stream().noneMatch(name -> services.contains(name.value()))) {
                    names.stream().limit(1).forEach(name -> checkOneOf(route, name, services));
                }
            }
        }
    }

    private void checkSelects(Place document, Place selector, List<Place> labels) {
        if (selector.isThere()
                && !labels.isEmpty()
                && labels.stream()
                        .noneMatch(of -> selector.below().stream().allMatch(wanted -> {
                            String name =
                                    wanted.path().substring(selector.path().length() + 1);
                            return String.valueOf(wanted.value())
                                    .equals(String.valueOf(of.at(name).value()));
                        }))) {
            problems.add(label(document) + " " + selector.path() + ": expected the labels of something in "
                    + labels.stream().map(Place::value).toList() + ", got " + selector.value());
        }
    }

    private void checkOneOf(Place document, Place place, Set<Object> names) {
        if (place.isThere() && !names.isEmpty() && !names.contains(place.value())) {
            problems.add(
                    label(document) + " " + place.path() + ": expected one of " + names + ", got " + place.value());
        }
    }

    private Stream<Place> pods() {
        return of("apps/v1", "Deployment").stream().map(document -> document.at("spec", "template"));
    }

    private static List<Place> ports(Place pod) {
        return pod.at("spec", "containers").below().stream()
                .flatMap(container -> container.at("ports").below().stream())
                .toList();
    }

    private Set<Object> namesOf(String apiVersion, String kind) {
        Set<Object> names = new HashSet<>();
        of(apiVersion, kind)
                .forEach(document -> document.at("metadata", "name").text().ifPresent(names::add));
        return names;
    }

    private List<Place> of(String apiVersion, String kind) {
        return documents.stream()
                .filter(document -> apiVersion.equals(document.at("apiVersion").value()) && kind.equals(kind(document)))
                .toList();
    }

    private static String kind(Place document) {
        return document.at("kind").text().orElse("");
    }

    private static String label(Place document) {
        return kind(document) + " " + document.at("metadata", "name").value();
    }
}
