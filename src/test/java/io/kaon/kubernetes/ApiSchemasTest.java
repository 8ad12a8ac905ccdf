package io.kaon.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// That the validator takes what a cluster takes, and finds what a cluster refuses.
@EnabledIf("io.kaon.kubernetes.ApiSchemas#present")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ApiSchemasTest {
    private static final String DEPLOYMENT = """
            apiVersion: apps/v1
            kind: Deployment
            metadata:
              name: kaon
              labels: {app: kaon}
            spec:
              replicas: 2
              strategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}
              selector: {matchLabels: {app: kaon}}
              template:
                metadata: {labels: {app: kaon}}
                spec:
                  containers:
                    - name: kaon
                      image: kaon
                      env: [{name: A, value: b}, {name: B, value: c}]
                      ports: [{name: rest, containerPort: 8501}, {name: grpc, containerPort: 8500}]
                      readinessProbe: {httpGet: {path: /ready, port: rest}}
                      resources: {limits: {cpu: 500m, memory: 1Gi}}
                      volumeMounts: [{name: models, mountPath: /models}]
                  volumes: [{name: models, emptyDir: {}}]
            """;
    private static final String SERVICE = """
            apiVersion: v1
            kind: Service
            metadata: {name: kaon}
            spec:
              selector: {app: kaon}
              ports: [{name: rest, port: 80, targetPort: 8501}, {name: grpc, port: 8500}]
            """;
    private static final String ROUTE = """
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata: {name: kaon}
            spec:
              rules: [{backendRefs: [{name: kaon, port: 80, weight: 1}]}]
            """;

    private ApiSchemas schemas;

    @BeforeAll
    void readThem() throws IOException {
        schemas = ApiSchemas.read();
    }

    @Test
    void takesWhatIsRight() {
        assertThat(Stream.of(DEPLOYMENT, SERVICE, ROUTE).flatMap(text -> problems(text).stream()))
                .isEmpty();
    }

    @Test
    void takesWhatOthersRunInClusters() throws IOException {
        for (Path folder :
                List.of(Path.of("../shared/data/kubernetes/classic"), Path.of("../shared/data/kubernetes/kserve"))) {
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.sorted().toList()) {
                    for (Map<String, Object> document : YamlDocuments.read(file)) {
                        assertThat(schemas.problems(document))
                                .as("%s %s", file, document.get("kind"))
                                .isEmpty();
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            replicas: 2                   | replicaCount: 2            | replicaCount
            replicas: 2                   | replicas: "2"              | /spec/replicas: string found, integer expected
            replicas: 2                   | replicas: 4294967296       | /spec/replicas: must have a maximum value of 2147483647
            replicas: 2                   | replicas: null             | /spec/replicas: expected a value, got null
            maxSurge: 1                   | maxSurge: "1"              | /spec/strategy/rollingUpdate/maxSurge: expected a number or a percentage
            maxSurge: 1                   | maxSurge: 0                | expected one of maxSurge and maxUnavailable above 0
            selector: {matchLabels: {app: kaon}} | paused: false       | required property 'selector' not found
            selector: {matchLabels: {app: kaon}} | selector: {matchLabels: {app: keon}} | expected the label of the pods, kaon, got keon
            name: kaon                    | name: Kaon                 | /metadata/name: expected a name of the form
            labels: {app: kaon}           | labels: {app: a b}         | /metadata/labels/app: expected a name of the form
            labels: {app: kaon}           | labels: {app: true}        | /metadata/labels/app: boolean found, string expected
            name: B                       | name: A                    | env/1/name: expected each only once, got A again
            value: c                      | value: 1                   | env/1/value: integer found, string expected
            name: grpc                    | name: rest                 | ports/1/name: expected each only once, got rest again
            containerPort: 8500           | containerPort: 85000       | expected a port from 1 to 65535, got 85000
            port: rest                    | port: http                 | expected one of the container's ports
            port: rest                    | port: null                 | httpGet/port: expected a value, got null
            path: /ready                  | paths: /ready              | property 'paths'
            memory: 1Gi                   | memory: 1 GB               | limits/memory
            mountPath: /models            | path: /models              | required property 'mountPath' not found
            mountPath: /models            | mountPath: /a, readonly: true | property 'readonly'
            name: models, mountPath       | name: data, mountPath      | expected one of the volumes
            emptyDir: {}                  | emptyDir: {}, hostPath: {path: /} | expected a name and one source
            kind: Deployment              | kind: Deploiment           | expected an apiVersion and a kind that have a schema
            """)
    void findsWhatIsWrongInADeployment(String right, String wrong, String problem) {
        assertThat(DEPLOYMENT).contains(right);
        assertThat(problems(DEPLOYMENT.replaceFirst(Pattern.quote(right), wrong)))
                .anySatisfy(found -> assertThat(found).contains(problem));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            name: kaon         | name: 1kaon        | /metadata/name: expected a name of the form
            name: rest,        |                    | /spec/ports/0/name: expected a name, because there are several ports
            port: 80,          | port: 8500,        | /spec/ports/1: expected each port only once per protocol
            targetPort: 8501   | targetPort: "8501" | /spec/ports/0/targetPort: expected a name of the form
            """)
    void findsWhatIsWrongInAService(String right, @Nullable String wrong, String problem) {
        assertThat(problems(SERVICE.replace(right, wrong == null ? "" : wrong)))
                .anySatisfy(found -> assertThat(found).contains(problem));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            weight: 1          | weight: -1         | weight: must have a minimum value of 0
            weight: 1          | wait: 1            | property 'wait'
            name: kaon, port   | port               | required property 'name' not found
            port: 80           | port: "80"         | port: string found, integer expected
            metadata: {name: kaon} | metadata: {name: kaon, label: {}} | property 'label'
            """)
    void findsWhatIsWrongInACustomResource(String right, String wrong, String problem) {
        assertThat(problems(ROUTE.replace(right, wrong)))
                .anySatisfy(found -> assertThat(found).contains(problem));
    }

    private List<String> problems(String text) {
        return YamlDocuments.parse("a test", text).stream()
                .flatMap(document -> schemas.problems(document).stream())
                .toList();
    }
}
