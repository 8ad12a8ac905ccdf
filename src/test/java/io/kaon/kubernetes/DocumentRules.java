package io.kaon.kubernetes;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// What the API server asks of a document beyond its schema. Where it takes one of two things of the same name
/// and only warns, these rules refuse them.
final class DocumentRules {
    private static final Pattern PERCENT = Pattern.compile("[0-9]+%");

    /// Counts of pods, or parts of all of them.
    private static final Set<String> COUNTS = Set.of("maxSurge", "maxUnavailable", "minAvailable");

    private DocumentRules() {}

    static List<String> problems(Map<String, Object> map) {
        Place document = Place.of(map);
        List<String> problems = new ArrayList<>();
        Names.checkMetadata(document, problems);
        for (Place place : document.all()) {
            if (!place.path().isEmpty() && !place.isThere()) {
                problems.add(place.path() + ": expected a value, got null; leave the field out");
            }
            String last = place.path().substring(place.path().lastIndexOf('/') + 1);
            if (COUNTS.contains(last)
                    && place.text()
                            .filter(text -> !PERCENT.matcher(text).matches())
                            .isPresent()) {
                problems.add(place.path() + ": expected a number or a percentage as text, got the text \""
                        + place.value() + "\"");
            }
            if (place.at("containers").value() instanceof List<?>) {
                PodRules.check(place, problems);
            }
        }
        String kind = document.at("apiVersion").text().orElse("") + " "
                + document.at("kind").text().orElse("");
        switch (kind) {
            case "apps/v1 Deployment" -> checkDeployment(document.at("spec"), problems);
            case "v1 Service" -> checkService(document.at("spec"), problems);
            case "autoscaling/v2 HorizontalPodAutoscaler" -> checkReplicas(document.at("spec"), problems);
            case "policy/v1 PodDisruptionBudget" -> checkBudget(document.at("spec"), problems);
            default -> {}
        }
        return problems;
    }

    /// Adds a problem for each value that came before at the same field.
    static void checkUnique(List<Place> items, String field, List<String> problems) {
        Set<Object> seen = new HashSet<>();
        for (Place item : items) {
            Object value = item.at(field).value();
            if (value != null && !seen.add(value)) {
                problems.add(item.path() + "/" + field + ": expected each only once, got " + value + " again");
            }
        }
    }

    private static void checkDeployment(Place spec, List<String> problems) {
        Place selector = spec.at("selector", "matchLabels");
        Place labels = spec.at("template", "metadata", "labels");
        if (selector.names().isEmpty()) {
            problems.add(selector.path() + ": expected labels, got none");
        }
        for (String name : selector.names()) {
            Object label = labels.at(name).value();
            if (!String.valueOf(selector.at(name).value()).equals(label)) {
                problems.add(selector.path() + "/" + name + ": expected the label of the pods, " + label + ", got "
                        + selector.at(name).value());
            }
        }
        Place update = spec.at("strategy", "rollingUpdate");
        if (isNone(update.at("maxSurge")) && isNone(update.at("maxUnavailable"))) {
            problems.add(update.path() + ": expected one of maxSurge and maxUnavailable above 0");
        }
    }

    private static boolean isNone(Place count) {
        return Integer.valueOf(0).equals(count.value())
                || count.text().filter("0%"::equals).isPresent();
    }

    private static void checkService(Place spec, List<String> problems) {
        List<Place> ports = spec.at("ports").below();
        checkUnique(ports, "name", problems);
        for (Place label : spec.at("selector").below()) {
            Names.LABEL_VALUE.check(label, problems);
        }
        Set<String> seen = new HashSet<>();
        for (Place port : ports) {
            Names.LABEL.check(port.at("name"), problems);
            checkPort(port.at("port"), problems);
            if (port.at("targetPort").value() instanceof String) {
                Names.PORT.check(port.at("targetPort"), problems);
            } else {
                checkPort(port.at("targetPort"), problems);
            }
            if (ports.size() > 1 && !port.at("name").isThere()) {
                problems.add(port.path() + "/name: expected a name, because there are several ports");
            }
            if (!seen.add(
                    port.at("port").value() + "/" + port.at("protocol").text().orElse("TCP"))) {
                problems.add(port.path() + ": expected each port only once per protocol");
            }
        }
    }

    static void checkPort(Place place, List<String> problems) {
        if (place.isThere() && !(place.value() instanceof Integer port && port > 0 && port < 65536)) {
            problems.add(place.path() + ": expected a port from 1 to 65535, got " + place.value());
        }
    }

    private static void checkReplicas(Place spec, List<String> problems) {
        if (spec.at("minReplicas").value() instanceof Integer fewest
                && spec.at("maxReplicas").value() instanceof Integer most
                && (fewest < 1 || fewest > most)) {
            problems.add(
                    "/spec/minReplicas: expected a number from 1 to maxReplicas, which is " + most + ", got " + fewest);
        }
    }

    private static void checkBudget(Place spec, List<String> problems) {
        if (spec.at("minAvailable").isThere() && spec.at("maxUnavailable").isThere()) {
            problems.add("/spec: expected one of minAvailable and maxUnavailable, got both");
        }
    }
}
