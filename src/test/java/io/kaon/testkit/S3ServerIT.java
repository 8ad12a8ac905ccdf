package io.kaon.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ConnectException;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/// The server that tests of S3 run against.
@Tag("in-process")
final class S3ServerIT {
    private final S3Server server = S3Server.shared();

    @Test
    void givesBackWhatWasPut() {
        String bucket = server.createBucket();
        String etag = server.put(bucket, "model/1/model.onnx", "weights".getBytes(UTF_8));
        var got = server.client()
                .getObjectAsBytes(request ->
                        request.bucket(bucket).key("model/1/model.onnx").range("bytes=2-4"));
        assertThat(got.asUtf8String()).isEqualTo("igh");
        assertThat(got.response().eTag()).isEqualTo(etag);
        assertThat(server.client()
                        .listObjectsV2(request -> request.bucket(bucket).prefix("model/"))
                        .contents())
                .singleElement()
                .satisfies(object -> assertThat(object.size()).isEqualTo(7));
    }

    @Test
    void forgetsWhatWasDeleted() {
        String bucket = server.createBucket();
        server.put(bucket, "key", new byte[1]);
        server.delete(bucket, "key");
        assertThatThrownBy(() -> server.client()
                        .getObjectAsBytes(request -> request.bucket(bucket).key("key")))
                .isInstanceOf(NoSuchKeyException.class);
    }

    @Test
    void refusesAWrongKey() {
        try (S3Client stranger = server.clientOf(AwsBasicCredentials.create(server.accessKey(), "wrong"))) {
            assertThatThrownBy(() -> stranger.createBucket(request -> request.bucket("stranger")))
                    .isInstanceOfSatisfying(
                            S3Exception.class,
                            refused -> assertThat(refused.awsErrorDetails().errorCode())
                                    .isEqualTo("SignatureDoesNotMatch"));
        }
    }

    /// Signatures hold through the proxy, and Amazon's client takes its faults for the server's.
    @Test
    void isReachedThroughAFaultyProxy() {
        byte[] weights = new byte[1_000_000];
        try (FaultyProxy proxy = FaultyProxy.inFrontOf(server.endpoint());
                S3Client client = server.clientThrough(proxy)) {
            String bucket = server.createBucket();
            client.putObject(request -> request.bucket(bucket).key("key"), RequestBody.fromBytes(weights));
            proxy.next(1, S3Request.Kind.OBJECT, Fault.internalError());
            proxy.next(1, S3Request.Kind.OBJECT, new Fault.Reset(500_000));
            assertThat(client.getObjectAsBytes(request -> request.bucket(bucket).key("key"))
                            .asByteArray())
                    .isEqualTo(weights);
            assertThat(client.listObjectsV2(request -> request.bucket(bucket)).keyCount())
                    .isEqualTo(1);
            assertThat(proxy.count(S3Request.Kind.OBJECT)).isEqualTo(3);
            assertThat(proxy.bodyBytes(S3Request.Kind.OBJECT)).isEqualTo(1_500_000);
            assertThat(proxy.count(S3Request.Kind.LISTING)).isEqualTo(1);
        }
    }

    @Test
    void isGoneWhenItIsClosed() {
        S3Server other = S3Server.start();
        Path folder = other.process().folder();
        assertThat(folder).exists();
        other.close();
        assertThat(other.process().handle().isAlive()).isFalse();
        assertThat(folder).doesNotExist();
        assertThatThrownBy(() -> new RawConnection(other.endpoint().getPort()).close())
                .isInstanceOf(ConnectException.class);
    }
}
