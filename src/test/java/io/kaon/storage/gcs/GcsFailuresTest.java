package io.kaon.storage.gcs;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloud.storage.StorageException;
import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.storage.Location;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// Failures of Google's client as one line each, with what to do.
final class GcsFailuresTest {
    private static final Location PLACE = Location.parse("gs://bucket/models");

    private static final GcsAccount GOOGLES = new GcsAccount(null, new GcsCredentials.Found(), null);

    private static final GcsAccount BY_FILE = new GcsAccount(
            URI.create("http://emulator:4443"), new GcsCredentials.File(Path.of("/secrets/key.json")), null);

    private static String said(GcsAccount account, Exception failure) {
        ServingException explained = new GcsFailures(account).explain(PLACE, failure);
        assertThat(explained.kind()).isEqualTo(ErrorKind.STORAGE_FAILED);
        String message = explained.getMessage();
        assertThat(message).startsWith("gs://bucket/models: ").doesNotContain("\n");
        return message;
    }

    @Test
    void sayWhatTheServerSaysAndWhatToDo() {
        assertThat(said(GOOGLES, new StorageException(404, "The specified bucket does not exist.", "notFound", null)))
                .isEqualTo("gs://bucket/models: Google Cloud Storage answers notFound (404), The specified bucket does"
                        + " not exist.: check the name of the bucket");
        assertThat(said(BY_FILE, new StorageException(404, "Not Found")))
                .contains("http://emulator:4443 answers status 404")
                .endsWith("check the name of the bucket and kaon.gcs.endpoint");
        assertThat(said(
                        BY_FILE,
                        new StorageException(403, "x@y has no storage.objects.list access", "forbidden", null)))
                .contains("forbidden (403)")
                .contains("Storage Object Viewer")
                .endsWith("those in /secrets/key.json");
        assertThat(said(GOOGLES, new StorageException(401, "Invalid Credentials")))
                .endsWith("check the credentials, which are those that the environment offers");
        assertThat(said(GOOGLES, new StorageException(429, "slow down"))).contains("made again later");
        assertThat(said(GOOGLES, new StorageException(503, "backend error"))).contains("in trouble");
        assertThat(said(GOOGLES, new StorageException(400, "Bucket is a requester pays bucket but no user project")))
                .endsWith("set kaon.gcs.user-project to the project that pays");
    }

    @Test
    void sayHowToGetCredentialsWhereThereAreNone() {
        IOException none = new IOException("Your default credentials were not found");
        assertThat(new GcsFailures(GOOGLES).noCredentials(PLACE, none))
                .hasMessageStartingWith("gs://bucket/models: there are no credentials for Google Cloud Storage (")
                .hasMessageContaining("set GOOGLE_APPLICATION_CREDENTIALS")
                .hasMessageEndingWith("set kaon.gcs.anonymous=true for a public bucket");
        assertThat(new GcsFailures(BY_FILE).noCredentials(PLACE, new NoSuchFileException("/secrets/key.json")))
                .hasMessageContaining("the credentials in /secrets/key.json cannot be used (there is no such file)");
    }

    @Test
    void sayThatTheServerCannotBeReached() {
        assertThat(said(
                        GOOGLES,
                        new StorageException(0, "failed", new IOException(new ConnectException("refused\nnow")))))
                .isEqualTo("gs://bucket/models: Google Cloud Storage cannot be asked (refused now): check the address,"
                        + " that the server runs, and that this machine reaches it");
    }

    @Test
    void showNothingSecret() {
        for (String secret : new String[] {
            "Bearer secret-of-the-tests",
            "token ya29.secret-of-the-tests",
            "-----BEGIN PRIVATE KEY-----\nsecret-of-the-tests\n-----END PRIVATE KEY-----",
            "-----BEGIN PRIVATE KEY-----\\nsecret-of-the-tests",
            "assertion=secret-of-the-tests&x=1",
            "{\"access_token\": \"secret-of-the-tests\"}",
            "eyJhbGciOi.secret-of-the-tests.x",
            "https://host/o?X-Goog-Signature=secret-of-the-tests"
        }) {
            assertThat(said(GOOGLES, new StorageException(400, secret)))
                    .as(secret)
                    .doesNotContain("secret-of-the-tests");
        }
    }

    @Test
    void passOnWhatIsExplainedAlready() {
        ServingException known = new ServingException(ErrorKind.CANCELLED, "given up");
        assertThat(new GcsFailures(GOOGLES).explain(PLACE, new IOException(known)))
                .isSameAs(known);
    }

    @Test
    void passWhereTheNetworkOrABusyServerIsToBlame() {
        for (Exception failure : new Exception[] {
            new IOException("reset"),
            new IOException(new StorageException(503, "busy")),
            new StorageException(429, "busy"),
            new StorageException(new SocketTimeoutException("silent"))
        }) {
            assertThat(GcsFailures.passes(failure)).as(failure.toString()).isTrue();
        }
        for (Exception failure : new Exception[] {
            new StorageException(403, "forbidden"),
            new IOException(new StorageException(404, "gone")),
            new IOException(new ServingException(ErrorKind.CANCELLED, "given up")),
            new IllegalStateException("cannot be written", new IOException("full"))
        }) {
            assertThat(GcsFailures.passes(failure)).as(failure.toString()).isFalse();
        }
    }
}
