package io.kaon.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.auth.StsWebIdentityTokenFileCredentialsProvider;

/// Moto, where it is: temporary keys that it checks, and keys of objects that no file system takes.
@Tag("in-process")
final class MotoIT {
    private static final String MAY_READ = """
            {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["s3:GetObject", "s3:ListBucket"],
             "Resource": "*"}]}""";

    static final List<String> ODD_KEYS =
            List.of("../up", "/absolute", "a/../b", "a//b", "back\\slash", "directory", "directory/file");

    @TempDir
    private Path folder;

    @BeforeEach
    void needMoto() {
        assumeTrue(Moto.isThere(), Moto.ABSENCE);
    }

    @Test
    void givesAWebIdentityTheKeysOfItsRole() throws IOException {
        try (Moto moto = Moto.start()) {
            S3Server s3 = moto.s3();
            String bucket = s3.createBucket();
            s3.put(bucket, "key", "weights".getBytes(UTF_8));
            String role = moto.createRole("reader", MAY_READ);
            // The next asks STS.
            moto.insistAfter(1);
            AwsSessionCredentials keys = keysOf(role, s3);
            try (S3Client reader = s3.clientOf(keys);
                    S3Client without = s3.clientOf(AwsSessionCredentials.create(
                            keys.accessKeyId(), keys.secretAccessKey(), "another token"))) {
                assertThat(reader.getObjectAsBytes(
                                        request -> request.bucket(bucket).key("key"))
                                .asUtf8String())
                        .isEqualTo("weights");
                assertRefused(
                        "AccessDenied",
                        () -> reader.putObject(request -> request.bucket(bucket).key("other"), RequestBody.empty()));
                assertRefused(
                        "InvalidToken",
                        () -> without.getObjectAsBytes(
                                request -> request.bucket(bucket).key("key")));
            }
            assertRefused("InvalidAccessKeyId", () -> s3.put(bucket, "other", new byte[1]));
        }
    }

    @Test
    void keepsKeysThatNoFileSystemWould() {
        try (Moto moto = Moto.start()) {
            String bucket = moto.s3().createBucket();
            for (String key : ODD_KEYS) {
                moto.s3().put(bucket, key, key.getBytes(UTF_8));
            }
            assertThat(moto.s3()
                            .client()
                            .listObjectsV2(request -> request.bucket(bucket))
                            .contents())
                    .extracting(S3Object::key)
                    .containsExactlyInAnyOrderElementsOf(ODD_KEYS);
        }
    }

    private AwsSessionCredentials keysOf(String role, S3Server server) throws IOException {
        Path token = Files.writeString(folder.resolve("token"), "the token of a service account");
        try (StsClient sts = StsClient.builder()
                        .endpointOverride(server.endpoint())
                        .region(Region.US_EAST_1)
                        .credentialsProvider(AnonymousCredentialsProvider.create())
                        .httpClient(UrlConnectionHttpClient.create())
                        .build();
                StsWebIdentityTokenFileCredentialsProvider provider =
                        StsWebIdentityTokenFileCredentialsProvider.builder()
                                .stsClient(sts)
                                .roleArn(role)
                                .roleSessionName("tests")
                                .webIdentityTokenFile(token)
                                .build()) {
            AwsCredentials keys = provider.resolveCredentials();
            assertThat(keys).isInstanceOf(AwsSessionCredentials.class);
            return (AwsSessionCredentials) keys;
        }
    }

    private static void assertRefused(String code, ThrowingCallable request) {
        assertThatThrownBy(request)
                .isInstanceOfSatisfying(
                        S3Exception.class,
                        refused -> assertThat(Objects.requireNonNull(refused.awsErrorDetails())
                                        .errorCode())
                                .isEqualTo(code));
    }
}
