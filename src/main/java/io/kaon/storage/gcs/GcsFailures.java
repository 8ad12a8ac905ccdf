package io.kaon.storage.gcs;

import com.google.auth.Retryable;
import com.google.cloud.storage.StorageException;
import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.storage.Location;
import io.kaon.storage.remote.FailureText;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Says in one line why a request failed: the place, the server's own reason, and what to do. What the server or the
/// client library says is shown without anything in it that looks like a token or a key, and without line breaks.
final class GcsFailures {
    /// Access tokens, what follows `Bearer`, signed tokens (JWT), private keys, and what a signed address carries.
    private static final Pattern SECRETS = Pattern.compile(
            "\\bya29\\.[\\w.-]+"
                    + "|(?<=Bearer )\\S+"
                    + "|\\beyJ[\\w-]+\\.[\\w.-]+"
                    + "|-----BEGIN[^-]*PRIVATE KEY-----.*?(?:-----END[^-]*-----|$)"
                    + "|(?<=(?:Signature|signature|access_token|assertion|refresh_token|client_secret)=)[^&\\s,\"<>]+"
                    + "|(?<=\"(?:access_token|assertion|refresh_token|client_secret|private_key)\":\\s{0,4}\")[^\"]+",
            Pattern.DOTALL);

    private final GcsAccount account;

    GcsFailures(GcsAccount account) {
        this.account = account;
    }

    /// The status that the server answered with; 0 if it did not answer.
    static int status(Throwable failure) {
        StorageException answer = find(StorageException.class, failure);
        return answer == null ? 0 : Math.max(0, answer.getCode());
    }

    /// @param place what was asked for
    ServingException explain(Location place, Throwable failure) {
        ServingException known = find(ServingException.class, failure);
        if (known != null) {
            return known;
        }
        return new ServingException(ErrorKind.STORAGE_FAILED, place + ": " + text(failure), failure);
    }

    private String text(Throwable failure) {
        // Only what gives tokens fails with these.
        if (find(Retryable.class, failure) != null) {
            return noToken(failure);
        }
        StorageException answer = find(StorageException.class, failure);
        if (answer != null && answer.getCode() > 0) {
            return answered(answer);
        }
        Throwable root = FailureText.root(failure);
        String text = clean(String.valueOf(root.getMessage() == null ? root : root.getMessage()));
        return root instanceof IOException
                ? server() + " cannot be asked (" + text
                        + "): check the address, that the server runs, and that this machine reaches it"
                : "cannot be read: " + clean(root.toString());
    }

    /// No client can be made: what it needs besides the options are credentials.
    ///
    /// @param place what was to be asked for
    ServingException noCredentials(Location place, Exception failure) {
        Throwable root = FailureText.root(failure);
        String why = clean(root instanceof NoSuchFileException ? "there is no such file" : root.toString());
        String advice = account.credentials() instanceof GcsCredentials.File(Path path)
                ? "the credentials in " + path + " cannot be used (" + why + "): expected a service account's key or a"
                        + " configuration of workload identity federation, as JSON; check kaon.gcs.credentials-file"
                : "there are no credentials for " + server() + " (" + why + "): set GOOGLE_APPLICATION_CREDENTIALS or"
                        + " kaon.gcs.credentials-file to a file of credentials, run with a service account, or set"
                        + " kaon.gcs.anonymous=true for a public bucket";
        return new ServingException(ErrorKind.STORAGE_FAILED, place + ": " + advice, failure);
    }

    private String answered(StorageException answer) {
        int status = answer.getCode();
        String reason = answer.getReason();
        String text = clean(String.valueOf(answer.getMessage()));
        String code = (reason == null ? "status " + status : clean(reason) + " (" + status + ")") + ", " + text;
        return server() + " answers " + code + ": " + advice(status, text);
    }

    private String advice(int status, String text) {
        if (text.contains("requester pays")) {
            return "set kaon.gcs.user-project to the project that pays";
        }
        return switch (status) {
            case 401 -> "check the credentials, which are " + account.credentials();
            case 403 ->
                "allow storage.objects.list and storage.objects.get there, as the role Storage Object Viewer"
                        + " does, to the credentials, which are " + account.credentials();
            case 404 -> "check the name of the bucket" + (account.endpoint() == null ? "" : " and kaon.gcs.endpoint");
            case 429 -> "the server has too many requests; this one is made again later";
            default ->
                status >= 500
                        ? "the server is in trouble; the request is made again later"
                        : "check the location and kaon.gcs.endpoint";
        };
    }

    /// The server that gives tokens has refused to, or cannot be asked.
    private String noToken(Throwable failure) {
        String text = clean(String.valueOf(FailureText.root(failure).getMessage()));
        String advice = text.contains("invalid_grant")
                ? "check the clock of this machine, and that the key or login is still valid, of "
                : "check the credentials, and that this machine reaches who gives tokens for ";
        return "there is no token for " + server() + " (" + text + "): " + advice + account.credentials();
    }

    private static <T> @Nullable T find(Class<T> kind, Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (kind.isInstance(cause)) {
                return kind.cast(cause);
            }
        }
        return null;
    }

    private String server() {
        return Objects.requireNonNullElse(account.endpoint(), "Google Cloud Storage")
                .toString();
    }

    private static String clean(String text) {
        String shown = FailureText.withoutSecrets(text, SECRETS);
        return FailureText.shortened(shown);
    }

    /// Whether a request that failed so is worth making again: on its way, or because the server is busy.
    static boolean passes(Exception failure) {
        boolean network = false;
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            switch (cause) {
                // Said already, or a file here that cannot be written.
                case ServingException _, IllegalStateException _ -> {
                    return false;
                }
                // Of those that give tokens.
                case Retryable token -> {
                    return token.isRetryable();
                }
                case StorageException answer
                when answer.getCode() > 0 -> {
                    return isTransient(answer.getCode());
                }
                case IOException _, StorageException _ -> network = true;
                default -> {}
            }
        }
        return network;
    }

    private static boolean isTransient(int status) {
        return status == 408 || status == 429 || (status >= 500 && status != 501);
    }
}
