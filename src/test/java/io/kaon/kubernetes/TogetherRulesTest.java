package io.kaon.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// That documents which would not find each other in a cluster are told of.
final class TogetherRulesTest {
    private static final String DOCUMENTS = """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: kaon}
            spec:
              template:
                metadata: {labels: {app: kaon, tier: models}}
                spec: {containers: [{ports: [{name: rest, containerPort: 8501}]}]}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: served, labels: {of: kaon}}
            spec: {selector: {app: kaon}, ports: [{name: http, port: 80, targetPort: rest}]}
            ---
            apiVersion: autoscaling/v2
            kind: HorizontalPodAutoscaler
            metadata: {name: kaon}
            spec: {scaleTargetRef: {kind: Deployment, name: kaon}}
            ---
            apiVersion: networking.k8s.io/v1
            kind: NetworkPolicy
            metadata: {name: kaon}
            spec: {podSelector: {matchLabels: {tier: models}}}
            ---
            apiVersion: monitoring.coreos.com/v1
            kind: ServiceMonitor
            metadata: {name: kaon}
            spec: {selector: {matchLabels: {of: kaon}}, endpoints: [{port: http}]}
            ---
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata: {name: kaon}
            spec: {rules: [{backendRefs: [{name: served, port: 80}]}]}
            """;

    @Test
    void nothingIsToldOfDocumentsThatFindEachOther() {
        assertThat(problems(DOCUMENTS)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            selector: {app: kaon}              | selector: {app: keon}              | Service served /spec/selector: expected the labels
            targetPort: rest                   | targetPort: http                   | expected one of [rest], got http
            kind: Deployment, name: kaon       | kind: Deployment, name: keon       | HorizontalPodAutoscaler kaon /spec/scaleTargetRef/name
            matchLabels: {tier: models}        | matchLabels: {tier: other}         | NetworkPolicy kaon /spec/podSelector/matchLabels
            matchLabels: {of: kaon}            | matchLabels: {of: keon}            | ServiceMonitor kaon /spec/selector/matchLabels
            endpoints: [{port: http}]          | endpoints: [{port: rest}]          | expected one of [http], got rest
            name: served, port                 | name: kaon, port                   | expected one of [served], got kaon
            """)
    void whatDoesNotFindAnotherIsTold(String right, String wrong, String problem) {
        assertThat(DOCUMENTS).contains(right);
        assertThat(problems(DOCUMENTS.replace(right, wrong)))
                .singleElement()
                .asString()
                .contains(problem);
    }

    @Test
    void aDocumentThatComesTwiceIsTold() {
        assertThat(problems(DOCUMENTS + "---\n" + DOCUMENTS))
                .contains("Service served: expected each document only once");
    }

    private static List<String> problems(String text) {
        return TogetherRules.problems(YamlDocuments.parse("a test", text));
    }
}
