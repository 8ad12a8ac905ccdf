package io.kaon.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.storage.Location;
import java.net.ConnectException;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.NonRetryableException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/// A failure names the place, the server's reason and what to do, in one line and without secrets.
final class S3FailuresTest {
    private static final Location PLACE = Location.parse("s3://bucket/m");

    private final S3Failures failures = new S3Failures(new S3Account(
            null,
            URI.create("http://minio:9000"),
            true,
            new S3Credentials.Keys("the-id", "the-secret", "the-token"),
            false));

    private ServingException explained(Throwable failure) {
        ServingException explained = failures.explain(PLACE, failure);
        assertThat(explained.kind()).isEqualTo(ErrorKind.STORAGE_FAILED);
        assertThat(explained).hasMessageContaining(PLACE.toString()).hasMessageContaining("minio:9000");
        assertThat(explained.getMessage()).matches("\\P{Cntrl}*");
        return explained;
    }

    private static S3Exception answer(int status, String code, String message) {
        S3Exception.Builder builder = S3Exception.builder();
        return (S3Exception) builder.statusCode(status)
                .awsErrorDetails(AwsErrorDetails.builder()
                        .errorCode(code)
                        .errorMessage(message)
                        .build())
                .build();
    }

    @ParameterizedTest
    @CsvSource({
        "404, NoSuchBucket, name of the bucket",
        "403, AccessDenied, s3:ListBucket and s3:GetObject",
        "403, SignatureDoesNotMatch, the secret key",
        "403, InvalidAccessKeyId, the credentials",
        "400, ExpiredToken, the credentials",
        "403, RequestTimeTooSkewed, the clock",
        "301, PermanentRedirect, kaon.s3.region",
        "412, PreconditionFailed, has changed",
        "503, SlowDown, too many requests",
        "500, InternalError, made again later",
        "501, NotImplemented, kaon.s3.endpoint"
    })
    void saysWhatToDo(int status, String code, String advice) {
        assertThat(explained(answer(status, code, "the reason")))
                .hasMessageContaining(code)
                .hasMessageContaining("the reason")
                .hasMessageContaining(advice);
    }

    @Test
    void tellsNoSecretThatAServerRepeats() {
        assertThat(explained(answer(
                                403,
                                "AccessDenied",
                                "AKIAIOSFODNN7EXAMPLE the-id the-secret the-token\n"
                                        + "X-Amz-Signature=0123abcd&X-Amz-Credential=who%2F2026"))
                        .getMessage())
                .doesNotContain("AKIAIOSFODNN7EXAMPLE", "the-id", "the-secret", "the-token", "0123abcd", "who%2F");
    }

    @Test
    void namesTheNetworksOwnReason() {
        assertThat(explained(
                        SdkClientException.create("Unable to execute", new ConnectException("Connection refused"))))
                .hasMessageContaining("cannot be asked (Connection refused)");
    }

    @Test
    void passesOnWhatIsExplainedAlready() {
        ServingException known = new ServingException(ErrorKind.CANCELLED, "not wanted any more");
        assertThat(failures.explain(
                        PLACE, NonRetryableException.builder().cause(known).build()))
                .isSameAs(known);
    }
}
