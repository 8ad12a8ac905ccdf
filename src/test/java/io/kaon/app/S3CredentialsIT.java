package io.kaon.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kaon.testkit.Moto;
import io.kaon.testkit.OnnxModels;
import io.kaon.testkit.S3Server;
import io.kaon.testkit.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Where a server finds its credentials for S3.
final class S3CredentialsIT {
    private static final String MAY_READ = """
            {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["s3:GetObject", "s3:ListBucket"],
             "Resource": "*"}]}""";

    @TempDir
    private Path folder;

    @Test
    void areThoseOfARoleThatAServiceAccountTakes() throws IOException {
        assumeTrue(Moto.isThere(), Moto.ABSENCE);
        try (Moto moto = Moto.start()) {
            String bucket = upload(moto.s3());
            String role = moto.createRole("reader", MAY_READ);
            Path token = readable(Files.writeString(folder.resolve("token"), "the token of a service account"));
            moto.insistAfter(1);
            Map<String, String> environment = Map.of(
                    "AWS_ROLE_ARN",
                    role,
                    "AWS_WEB_IDENTITY_TOKEN_FILE",
                    token.toString(),
                    "AWS_REGION",
                    "us-east-1",
                    "AWS_ENDPOINT_URL",
                    moto.s3().endpoint().toString());
            try (ServerProcess server = serve(bucket, environment)) {
                assertThat(server.get("/v1/models/m").body()).contains("AVAILABLE");
            }
        }
    }

    @Test
    void areThoseOfAMountedFileAndItsNewOnesWhenItChanges() throws IOException {
        S3Server s3 = S3Server.shared();
        String bucket = upload(s3);
        Path secret = folder.resolve("secret");
        write(secret, "[tenant]\naws_access_key_id=old\naws_secret_access_key=old\n");
        List<String> flags = List.of(
                "--model_name=m",
                "--model_base_path=s3://" + bucket + "/m",
                "-Dkaon.health.ready=settled",
                "-Dkaon.poll-intervals.s3=200ms",
                "-Dkaon.s3.endpoint=" + s3.endpoint(),
                "-Dkaon.s3.region=us-east-1",
                "-Dkaon.s3.profile=tenant",
                "-Dkaon.s3.credentials-file=" + secret);
        try (ServerProcess server = ServerProcess.start(List.of(), flags, Map.of())) {
            server.awaitLine("InvalidAccessKeyId");
            write(
                    secret,
                    "[tenant]\naws_access_key_id=" + s3.accessKey() + "\naws_secret_access_key=" + s3.secretKey()
                            + "\n");
            server.awaitLine("model=m version=1 phase=AVAILABLE");
        }
    }

    @Test
    void areThoseThatPodIdentityGivesAndGivesAgain() throws Exception {
        assumeTrue(Moto.isThere(), Moto.ABSENCE);
        // S3Proxy knows no sessions.
        try (Moto moto = Moto.start();
                FakePodIdentity agent =
                        FakePodIdentity.start(moto.s3().accessKey(), moto.s3().secretKey(), "of the pod")) {
            String bucket = upload(moto.s3());
            Map<String, String> environment = Map.of(
                    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
                    agent.address().toString(),
                    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
                    "of the pod",
                    "AWS_REGION",
                    "us-east-1",
                    "AWS_ENDPOINT_URL_S3",
                    moto.s3().endpoint().toString());
            try (ServerProcess server = serve(bucket, environment)) {
                assertThat(server.get("/v1/models/m").body()).contains("AVAILABLE");
                assertThat(agent.isAskedAgain())
                        .as("keys that expire are renewed while the store is polled")
                        .isTrue();
            }
        }
    }

    private static ServerProcess serve(String bucket, Map<String, String> environment) {
        List<String> flags = List.of("s3://" + bucket, "-Dkaon.poll-intervals.s3=200ms");
        return ServerProcess.start(List.of(), flags, environment).awaitReady();
    }

    private String upload(S3Server s3) throws IOException {
        OnnxModels.halfPlusTwo().writeTo(folder);
        String bucket = s3.createBucket();
        s3.put(bucket, "m/1/model.onnx", Files.readAllBytes(folder.resolve("model.onnx")));
        return bucket;
    }

    private static void write(Path secret, String text) throws IOException {
        readable(Files.writeString(secret, text));
    }

    /// For servers that run as another user than the tests too.
    private static Path readable(Path file) throws IOException {
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    }
}
