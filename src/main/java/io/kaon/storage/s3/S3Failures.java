package io.kaon.storage.s3;

import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.storage.Location;
import io.kaon.storage.remote.FailureText;
import java.io.IOException;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/// Says in one line why a request failed: the place, the server's own reason, and what to do. What the server or the
/// client library says is shown without anything in it that looks like a key or a signature, and without line breaks.
final class S3Failures {
    /// Identifiers of keys, and what a signed address carries.
    private static final Pattern SECRETS = Pattern.compile("\\b(?:AKIA|ASIA)[A-Z0-9]{12,}\\b"
            + "|(?<=(?:Signature|Credential|Security-Token|AWSAccessKeyId)=)[^&\\s,\"<>]+");

    private final S3Account account;

    S3Failures(S3Account account) {
        this.account = account;
    }

    /// @param place what was asked for
    ServingException explain(Location place, Throwable failure) {
        ServingException known = FailureText.known(failure);
        if (known != null) {
            return known;
        }
        String message = switch (failure) {
            case S3Exception answer -> answered(place, answer);
            case ApiCallTimeoutException _, ApiCallAttemptTimeoutException _ ->
                place + ": " + server() + " does not answer in time: check that it runs and can be reached";
            case AbortedException _ -> place + ": the request was given up";
            case SdkClientException unsent -> place + ": " + unsent(unsent);
            default -> place + " cannot be read: " + clean(failure.toString());
        };
        return new ServingException(ErrorKind.STORAGE_FAILED, message, failure);
    }

    private String answered(Location place, S3Exception answer) {
        AwsErrorDetails details = answer.awsErrorDetails();
        String code = details == null ? null : details.errorCode();
        String reason = details == null ? null : details.errorMessage();
        int status = answer.statusCode();
        String described = (code == null ? "status " + status : code + " (" + status + ")")
                + (reason == null || reason.isEmpty() ? "" : ", " + clean(reason));
        return place + ": " + server() + " answers " + described + ": " + advice(status, code == null ? "" : code);
    }

    private String advice(int status, String code) {
        return switch (code) {
            case "NoSuchBucket" -> "check the name of the bucket" + (account.endpoint() == null ? "" : " and endpoint");
            case "NoSuchKey" -> "the object is gone since it was listed";
            case "PreconditionFailed" -> "the object has changed since it was listed; it is fetched again";
            case "RequestTimeTooSkewed", "RequestExpired" -> "set the clock of this machine";
            case "SignatureDoesNotMatch" -> "check the secret key, of " + account.credentials();
            case "InvalidAccessKeyId", "InvalidToken", "ExpiredToken", "TokenRefreshRequired" ->
                "check the credentials, which are " + account.credentials();
            case "PermanentRedirect", "AuthorizationHeaderMalformed", "IllegalLocationConstraintException" ->
                "set kaon.s3.region to the region of the bucket";
            case "InvalidObjectState" -> "the object is archived: restore it first";
            case "SlowDown", "Throttling", "ThrottlingException" ->
                "the server has too many requests; this one is made again later";
            case String _
            when status == 403 || status == 401 ->
                "allow s3:ListBucket and s3:GetObject there to the credentials, which are " + account.credentials();
            case String _
            when status >= 500 && status != 501 -> "the server is in trouble; the request is made again later";
            case String _ -> "check kaon.s3.endpoint, kaon.s3.region and kaon.s3.path-style";
        };
    }

    private String unsent(SdkClientException failure) {
        String text = String.valueOf(failure.getMessage());
        if (text.contains("Unable to load credentials") || text.contains("Unable to load an HTTP implementation")) {
            return "there are no credentials for " + server() + " (" + clean(text)
                    + "): set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a service account with a role,"
                    + " kaon.s3.profile, or kaon.s3.anonymous=true for a public bucket";
        }
        Throwable root = FailureText.root(failure);
        String reason = root instanceof IOException || root.equals(failure)
                ? clean(String.valueOf(root.getMessage() == null ? root : root.getMessage()))
                : clean(root.toString());
        return server() + " cannot be asked (" + reason
                + "): check the address, that the server runs, and that this machine reaches it";
    }

    private String server() {
        return account.endpoint() == null ? "S3" : account.endpoint().toString();
    }

    private String clean(String text) {
        String shown = FailureText.withoutSecrets(text, SECRETS);
        if (account.credentials() instanceof S3Credentials.Keys keys) {
            shown = without(without(without(shown, keys.id()), keys.secret()), keys.token());
        }
        return FailureText.shortened(shown);
    }

    private static String without(String text, @Nullable String secret) {
        return Objects.requireNonNullElse(secret, "").isEmpty() ? text : text.replace(secret, "…");
    }
}
