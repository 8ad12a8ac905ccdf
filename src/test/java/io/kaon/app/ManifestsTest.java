package io.kaon.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.kaon.app.command.Commands;
import io.kaon.app.server.Framework;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// `kaon manifests`, as a pure function of its command line. `-Dgolden=write` writes what it prints to the
/// files that it is held to.
final class ManifestsTest {
    private static final Path FOLDER = Path.of("src/test/resources/kubernetes");
    private static final Commands COMMANDS = Main.commands(new Framework());

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    /// @param name of the file that holds what is printed
    record Case(String name, List<String> line) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Case> cases() throws IOException {
        return Files.readAllLines(FOLDER.resolve("cases.txt")).stream()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .map(line -> List.of(line.trim().split("\\s+")))
                .map(words -> new Case(words.getFirst(), words.subList(1, words.size())))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void printsWhatItsFileHolds(Case one) throws IOException {
        assertThat(run(one.line())).as(err.toString()).isZero();
        Path file = FOLDER.resolve(one.name() + ".yaml");
        if ("write".equals(System.getProperty("golden"))) {
            Files.writeString(file, out.toString());
        }
        assertThat(out.toString()).isEqualTo(Files.readString(file));
    }

    @Test
    void holdsNoFileWithoutACase() throws IOException {
        assertThat(cases()).hasSizeGreaterThanOrEqualTo(60);
        try (Stream<Path> files = Files.list(FOLDER)) {
            assertThat(files.map(file -> file.getFileName().toString()).filter(name -> name.endsWith(".yaml")))
                    .containsExactlyInAnyOrderElementsOf(
                            cases().stream().map(one -> one.name() + ".yaml").toList());
        }
    }

    @Test
    void explainsEachDocumentInALine() {
        assertThat(run(List.of("--models", "pvc://models", "--explain"))).isZero();
        assertThat(out.toString().lines())
                .containsExactly(
                        "ServiceAccount kaon: is who the pods are; the server asks the cluster nothing, so it gets no"
                                + " token of the cluster's",
                        "Deployment kaon: runs the server, and replaces its pods one by one without a request lost",
                        "Service kaon: gives clients one address: REST on port 80, gRPC on 8500",
                        "PodDisruptionBudget kaon: lets nodes be drained one pod at a time",
                        "NetworkPolicy kaon: lets clients reach the ports that serve, and only the cluster's own pods"
                                + " the one with health and metrics");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --replicas 3 | expected --models LOCATION
            --models ftp://x | --models: expected s3://
            --models models | --models: expected s3://
            --models nfs://server | --models: expected nfs://SERVER/PATH, got nfs://server
            --models pvc://Models | --models: expected a name of lower-case letters
            --models csi://driver | --models: expected csi://DRIVER/VOLUME
            --models oci://image | --models: expected oci://REGISTRY/IMAGE@DIGEST
            --models pvc://m --name Digits | --name: expected at most 43 lower-case letters
            --models pvc://m --name 1digits | --name: expected at most 43
            --models pvc://m --namespace a_b | --namespace: expected a name
            --models pvc://m --replicas 0 | --replicas: expected a number of pods such as 3
            --models pvc://m --replicas 5..2 | --replicas: expected a number of pods
            --models pvc://m --replicas many | got "many"
            --models pvc://m --replicas 0..3 | Kubernetes' own autoscaler keeps at least one pod
            --models pvc://m --target-cpu 50 | expected a range of pods such as --replicas 2..10, got 2
            --models pvc://m --replicas 2..3 --target-cpu 101 | --target-cpu: expected a number from 1 to 100
            --models pvc://m --cpu 2..1 | --cpu: expected a limit that is not below the request, got 2..1
            --models pvc://m --memory lots | --memory: expected a quantity such as 500m or 2Gi, got "lots"
            --models pvc://m --sub-path ../x | --sub-path: expected a path within the volume
            --models s3://b/m --sub-path x | --sub-path: expected --models with a volume to mount
            --models pvc://m --cache 1Gi | --cache: expected models that the server fetches
            --models pvc://m --model a=nfs://server/x | what pods mount is named by --models
            --model a=b | expected --models LOCATION, below which that path lies
            --model a | --model: expected NAME=VALUE, got "a"
            --model a=s3://b/c --model a=s3://b/d | --model: a is there twice
            --models pvc://m --model-config nowhere.config | --model-config: nowhere.config cannot be read
            --models pvc://m --host x.example | --host: expected --ingress or --gateway NAME
            --models pvc://m --ingress | expected --host, by which clients ask
            --models pvc://m --ingress --host x.example --protocol grpc | an Ingress carries REST
            --models pvc://m --tls-secret x | --ingress-class and --tls-secret: expected --ingress
            --models pvc://m --mirror x | --split and --mirror: expected --gateway NAME
            --models pvc://m --gateway g --host x.example --split a=60 --split b=60 | at most 100 percent together, got 120
            --models pvc://m --headless --protocol rest | --headless: expected gRPC
            --models pvc://m --without Deployment | --without: expected one of ServiceAccount
            --models pvc://m --target nomad | --target: expected one of [kubernetes, knative, keda, kserve]
            --models pvc://m --type Public | --type: expected one of [ClusterIP, NodePort, LoadBalancer]
            --models pvc://m --target knative | expected --protocol rest or --protocol grpc
            --models pvc://m --target knative --protocol rest --type LoadBalancer | makes the Service and the route itself
            --models pvc://m --target knative --protocol rest --target-cpu 50 | Knative counts requests
            --models pvc://m --target keda --replicas 1..3 | expected --prometheus URL
            --models pvc://m --target keda --prometheus http://p | expected a range such as --replicas 1..10
            --models pvc://m --target keda --prometheus http://p --replicas 0..3 | expected --query PROMQL
            --models pvc://m --target kserve | --models: with --target kserve, each InferenceService says it
            --target kserve --replicas 3 --namespace a | --namespace: with --target kserve
            --models pvc://m --secret Keys_1 | --secret: expected a name of lower-case letters
            --models pvc://m --env 1=x | --env: expected the name of a variable such as AWS_REGION, got "1"
            --models pvc://m --env KAON_GRPC_PORT=1 | --env KAON_GRPC_PORT: the documents say it by themselves
            --models pvc://m --secret-files keys=etc | --secret-files keys=etc: expected an absolute path
            --models pvc://m --secret-files keys=/tmp/ | --secret-files keys=/tmp/: something else is mounted there
            --models pvc://m --secret-files a=/x --secret-files b=/x | --secret-files b=/x: something else is mounted there
            --models pvc://m --toleration gpu:Never | --toleration: expected one of the effects [NoExecute, NoSchedule
            --models pvc://m --node-selector -x=y | --node-selector: expected a key such as disktype
            --models pvc://m --mirror Shadow | --mirror: expected a name of lower-case letters
            --models pvc://m --image -x | --image: expected an image such as registry.example/kaon:1.0
            --models pvc://m --startup-timeout 0s | --startup-timeout: expected a time from 1s to 24h such as 10m
            --models pvc://m --startup-timeout 99999999h | --startup-timeout: expected a time from 1s to 24h
            --models pvc://m -Dkaon.shutdown.timeout=99999999h | expected at most 24h, which a pod may take to end
            --models pvc://m --concurrency 3 | --concurrency: expected --target knative
            --models pvc://m --kube-version 1.20 | --kube-version: expected 1.25 or newer, got 1.20
            --models pvc://m --kube-version new | expected a version of Kubernetes such as 1.34, got "new"
            --models oci://r/i --kube-version 1.30 | --kube-version 1.30 lacks volumes of images (oci://): expected 1.31 or newer
            --models oci://r/i --sub-path x --kube-version 1.32 | lacks a --sub-path in volumes of images
            --models pvc://m --gpu-claim c --kube-version 1.30 | lacks claims of devices (--gpu-claim): expected 1.32 or newer, or --gpu COUNT
            --models pvc://m -Dkaon.batch.lains=3 | unknown option kaon.batch.lains: did you mean kaon.batch.lanes?
            --models pvc://m -Dkaon.grpc.port=1 | -Dkaon.grpc.port: the documents say it by themselves
            --models pvc://m --replica 3 | unknown flag --replica: did you mean --replicas?
            --models pvc://m --startup-timeout soon | --startup-timeout: expected a time such as 10m or 30s, got "soon"
            --models pvc://m --user root | --user: expected a number from 1 to
            """)
    void refusesWithTheReason(String line, String reason) {
        assertThat(run(List.of(line.split(" ")))).isEqualTo(Commands.USAGE);
        assertThat(err.toString()).startsWith("error: ").contains(reason);
        assertThat(out.toString()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --models oci://r/i --kube-version 1.34 | the cluster needs the feature gate ImageVolume
            --models gs://b/m | images have the store for gs://b/m only if they are built with --build-arg PROFILES=gcs
            --models pvc://m --gpu 1 | models are computed on the GPUs only with an image that is made for them
            """)
    void saysWhatTheClusterAndTheImageMustHave(String line, String note) {
        assertThat(run(List.of(line.split(" ")))).isZero();
        assertThat(err.toString()).startsWith("note: ").contains(note);
    }

    @Test
    void writesABaseWithOverlays(@TempDir Path folder) throws IOException {
        assertThat(write(folder, "kustomize")).as(err.toString()).isZero();
        assertThat(Files.readString(folder.resolve("base/kustomization.yaml")))
                .contains("- serviceaccount.yaml\n", "- deployment.yaml\n", "- service.yaml\n");
        assertThat(Files.readString(folder.resolve("base/deployment.yaml"))).contains("name: digits\n");
        assertThat(Files.readString(folder.resolve("overlays/staging/kustomization.yaml")))
                .contains("- ../../base\n", "path: /spec/replicas");
    }

    @Test
    void writesAChartWithItsValues(@TempDir Path folder) throws IOException {
        assertThat(write(folder, "helm")).as(err.toString()).isZero();
        assertThat(Files.readString(folder.resolve("values.yaml")))
                .contains(
                        "name: digits\n", "image: kaon:", "replicas: 3\n", "serviceType: ClusterIP\n", "cpu: \"1\"\n");
        assertThat(Files.readString(folder.resolve("templates/deployment.yaml")))
                .contains(
                        "  name: {{ .Values.name }}\n",
                        "  replicas: {{ int .Values.replicas }}\n",
                        "image: {{ .Values.image | quote }}\n",
                        "resources: {{ toJson .Values.resources }}\n")
                .doesNotContain("mark");
        assertThat(Files.readString(folder.resolve("values.schema.json")))
                .contains("\"additionalProperties\": false", "\"replicas\"");
    }

    @Test
    void replacesNothingThatSaysSomethingElse(@TempDir Path folder) throws IOException {
        assertThat(write(folder, "kustomize")).isZero();
        assertThat(write(folder, "kustomize")).isZero();
        Path edited = folder.resolve("overlays/staging/kustomization.yaml");
        Files.writeString(edited, "# mine\n");
        assertThat(write(folder, "kustomize")).isEqualTo(1);
        assertThat(err.toString()).contains(edited.toString(), "--overwrite");
        assertThat(edited).hasContent("# mine\n");
        assertThat(write(folder, "kustomize", "--overwrite")).isZero();
        assertThat(Files.readString(edited)).contains("../../base");
    }

    @Test
    void writesFilesOnlyWhereItIsTold() {
        assertThat(run(List.of("--models", "pvc://m", "--format", "helm"))).isEqualTo(Commands.USAGE);
        assertThat(run(List.of("--models", "pvc://m", "--out", "x"))).isEqualTo(Commands.USAGE);
        assertThat(err.toString().lines())
                .hasSize(2)
                .allMatch(line -> line.startsWith("error: --out: expected it with --format kustomize or helm"));
    }

    private int write(Path folder, String format, String... more) {
        List<String> line = new ArrayList<>(List.of(
                "--name",
                "digits",
                "--models",
                "pvc://models",
                "--replicas",
                "3",
                "--format",
                format,
                "--out",
                folder.toString()));
        line.addAll(List.of(more));
        return run(line);
    }

    @Test
    void helpsWithEveryOption() {
        assertThat(COMMANDS.execute(new PrintWriter(out, true), new PrintWriter(err, true), "manifests", "--help"))
                .isZero();
        assertThat(out.toString()).contains("--models", "--replicas", "--kube-version", "--explain", "-D");
    }

    private int run(List<String> line) {
        List<String> whole =
                Stream.concat(Stream.of("manifests"), line.stream()).toList();
        return COMMANDS.execute(new PrintWriter(out, true), new PrintWriter(err, true), whole.toArray(String[]::new));
    }
}
