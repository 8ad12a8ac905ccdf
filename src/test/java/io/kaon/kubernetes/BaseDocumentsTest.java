package io.kaon.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.kaon.config.ServerDefaults;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/// What the build generates for Kubernetes, among it what the generator has wrong unless it is told better.
final class BaseDocumentsTest {
    private static final Path FOLDER = Path.of("kubernetes/base");
    private static final ServerDefaults SERVER = ServerDefaults.STANDARD;

    private final Place service = only("kubernetes.yml", "Service");
    private final Place deployment = only("kubernetes.yml", "Deployment");
    private final Place knative = only("knative.yml", "Service");

    @Test
    @EnabledIf("io.kaon.kubernetes.ApiSchemas#present")
    void areTakenByACluster() throws IOException {
        ApiSchemas schemas = ApiSchemas.read();
        for (String file : List.of("kubernetes.yml", "knative.yml")) {
            assertThat(schemas.problems(YamlDocuments.read(FOLDER.resolve(file))))
                    .as(file)
                    .isEmpty();
        }
    }

    @Test
    void countPodsOfARollingUpdateInNumbers() {
        Place update = deployment.at("spec", "strategy", "rollingUpdate");
        assertThat(update.at("maxSurge").value()).isEqualTo(1);
        assertThat(update.at("maxUnavailable").value()).isEqualTo(0);
    }

    @Test
    void leaveTheNumberOfPodsToAnAutoscaler() {
        assertThat(deployment.at("spec", "replicas").isThere()).isFalse();
    }

    @Test
    void haveNoMonitorThatSelectsEverything() {
        assertThat(YamlDocuments.read(FOLDER.resolve("kubernetes.yml")))
                .extracting(document -> document.get("kind"))
                .containsExactly("Service", "Deployment");
    }

    @Test
    void openThePortsOfTheServer() {
        assertThat(container(deployment).at("ports").below())
                .extracting(
                        port -> port.at("name").value(),
                        port -> port.at("containerPort").value())
                .containsExactly(
                        tuple("http", SERVER.restPort()),
                        tuple("grpc", SERVER.grpcPort()),
                        tuple("management", SERVER.managementPort()));
        assertThat(service.at("spec", "ports").below())
                .extracting(
                        port -> port.at("port").value(),
                        port -> port.at("targetPort").value())
                .containsExactly(tuple(80, SERVER.restPort()), tuple(SERVER.grpcPort(), SERVER.grpcPort()));
    }

    @Test
    void openOnePortForKnative() {
        assertThat(container(knative).at("ports").below())
                .extracting(
                        port -> port.at("name").value(),
                        port -> port.at("containerPort").value())
                .containsExactly(tuple("http1", SERVER.restPort()));
    }

    @Test
    void askForHealthWhereTheServerTellsIt() {
        Place server = container(deployment);
        assertAsks(server.at("startupProbe"), SERVER.startedPath());
        assertAsks(server.at("readinessProbe"), SERVER.readyPath());
        assertAsks(server.at("livenessProbe"), SERVER.livePath());
    }

    /// Without a port, which is the container's own, and with none that is empty.
    @Test
    void letKnativeAskItsOneContainerPort() {
        Place probe = container(knative).at("readinessProbe", "httpGet");
        assertThat(probe.at("path").value()).isEqualTo(SERVER.readyPath());
        assertThat(String.valueOf(probe.value())).doesNotContain("port");
        assertThat(container(knative).at("livenessProbe").value()).isNull();
    }

    private static void assertAsks(Place probe, String path) {
        assertThat(probe.at("httpGet", "path").value()).as(probe.path()).isEqualTo(path);
        assertThat(probe.at("httpGet", "port").value()).as(probe.path()).isEqualTo(SERVER.managementPort());
    }

    private static Place container(Place document) {
        return document.at("spec", "template", "spec", "containers").below().getFirst();
    }

    private static Place only(String file, String kind) {
        List<Place> found = YamlDocuments.read(FOLDER.resolve(file)).stream()
                .filter(document -> kind.equals(document.get("kind")))
                .map(Place::of)
                .toList();
        assertThat(found).as("the documents of kind %s in %s", kind, file).hasSize(1);
        return found.getFirst();
    }
}
