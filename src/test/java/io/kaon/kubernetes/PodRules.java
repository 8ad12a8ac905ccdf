package io.kaon.kubernetes;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What the API server asks of a pod beyond its schema.
final class PodRules {
    private static final List<String> PROBES = List.of("startupProbe", "readinessProbe", "livenessProbe");
    private static final Set<String> ACTIONS = Set.of("exec", "httpGet", "tcpSocket", "grpc", "sleep");

    private PodRules() {}

    static void check(Place pod, List<String> problems) {
        List<Place> containers = new ArrayList<>(pod.at("containers").below());
        containers.addAll(pod.at("initContainers").below());
        DocumentRules.checkUnique(containers, "name", problems);
        List<Place> volumes = pod.at("volumes").below();
        DocumentRules.checkUnique(volumes, "name", problems);
        Set<String> named = new HashSet<>();
        for (Place volume : volumes) {
            Names.LABEL.check(volume.at("name"), problems);
            volume.at("name").text().ifPresent(named::add);
            if (volume.names().size() != 2) {
                problems.add(volume.path() + ": expected a name and one source, got " + volume.names());
            }
        }
        for (Place container : containers) {
            checkContainer(container, problems);
            for (Place mount : container.at("volumeMounts").below()) {
                String name = mount.at("name").text().orElse("");
                if (!named.contains(name)) {
                    problems.add(
                            mount.path() + "/name: expected one of the volumes, which are " + named + ", got " + name);
                }
            }
        }
    }

    private static void checkContainer(Place container, List<String> problems) {
        Names.LABEL.check(container.at("name"), problems);
        DocumentRules.checkUnique(container.at("env").below(), "name", problems);
        DocumentRules.checkUnique(container.at("ports").below(), "name", problems);
        DocumentRules.checkUnique(container.at("ports").below(), "containerPort", problems);
        DocumentRules.checkUnique(container.at("volumeMounts").below(), "mountPath", problems);
        Set<Object> ports = new HashSet<>();
        for (Place port : container.at("ports").below()) {
            Names.PORT.check(port.at("name"), problems);
            DocumentRules.checkPort(port.at("containerPort"), problems);
            port.at("name").text().ifPresent(ports::add);
        }
        for (Place variable : container.at("env").below()) {
            Names.VARIABLE.check(variable.at("name"), problems);
            if (variable.at("value").text().filter(text -> !text.isEmpty()).isPresent()
                    && variable.at("valueFrom").isThere()) {
                problems.add(variable.path() + ": expected one of value and valueFrom, got both");
            }
        }
        List<Place> actions = new ArrayList<>();
        for (String probe : PROBES) {
            actions.add(container.at(probe));
        }
        actions.addAll(container.at("lifecycle").below());
        for (Place action : actions) {
            if (action.isThere()) {
                checkAction(action, ports, problems);
            }
        }
    }

    private static void checkAction(Place action, Set<Object> ports, List<String> problems) {
        if (action.names().stream().filter(ACTIONS::contains).count() != 1) {
            problems.add(action.path() + ": expected one of " + ACTIONS + ", got " + action.names());
        }
        for (String over : List.of("httpGet", "tcpSocket")) {
            Place port = action.at(over, "port");
            Optional<String> name = port.text();
            if (name.isPresent()) {
                if (!ports.contains(name.get())) {
                    problems.add(port.path() + ": expected one of the container's ports, which are " + ports + ", got "
                            + name.get());
                }
            } else {
                DocumentRules.checkPort(port, problems);
            }
        }
    }
}
