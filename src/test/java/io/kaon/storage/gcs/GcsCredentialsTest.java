package io.kaon.storage.gcs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.storage.Location;
import io.kaon.testkit.FakeGcs;
import io.kaon.testkit.GcsOptions;
import io.kaon.testkit.ServiceAccountKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// By what right objects are asked for, against a server that wants a token and gives them out.
final class GcsCredentialsTest {
    private static final String TOKEN = "ya29.token-of-the-tests";

    private final FakeGcs server = FakeGcs.start(1000);
    private final String bucket = server.createBucket();
    private final Location version = Location.parse("gs://" + bucket + "/m/1");

    @TempDir
    private Path folder;

    @BeforeEach
    void put() {
        server.put(bucket, "m/1/model.onnx", "weights".getBytes(UTF_8));
    }

    @AfterEach
    void close() {
        server.close();
    }

    private GcsOptions withFile(Path file) {
        return GcsOptions.none()
                .with("endpoint", server.endpoint().toString())
                .with("credentials-file", file.toString());
    }

    private String failure(GcsOptions options) {
        try (GcsStore store = options.store()) {
            ServingException failure = catchThrowableOfType(ServingException.class, () -> store.describe(version));
            assertThat(failure).as("failure").isNotNull();
            assertThat(failure.kind()).isEqualTo(ErrorKind.STORAGE_FAILED);
            assertThat(failure).hasMessageStartingWith(version + ": ");
            assertThat(failure.getMessage()).doesNotContain(TOKEN, "PRIVATE KEY");
            return failure.getMessage();
        }
    }

    @Test
    void areThoseOfAServiceAccountsKey() throws IOException {
        server.requireToken(TOKEN);
        Path key = ServiceAccountKeys.write(folder.resolve("key.json"), server.endpoint());
        try (GcsStore store = withFile(key).store()) {
            assertThat(store.describe(version).files()).isEqualTo(1);
        }
    }

    @Test
    void areReadAgainWhenTheirFileHasChanged() throws IOException {
        server.requireToken(TOKEN);
        Path key = folder.resolve("key.json");
        Files.writeString(key, "{}");
        Files.setLastModifiedTime(key, FileTime.from(Instant.EPOCH));
        try (GcsStore store = withFile(key).store()) {
            assertThat(catchThrowableOfType(ServingException.class, () -> store.describe(version)))
                    .isNotNull();
            ServiceAccountKeys.write(key, server.endpoint());
            assertThat(store.describe(version).files()).isEqualTo(1);
        }
    }

    @Test
    void sayWhatIsWrongWithThem() throws IOException {
        server.requireToken(TOKEN);
        assertThat(failure(GcsOptions.anonymousAt(server.endpoint())))
                .contains("required (401)")
                .endsWith("none");
        assertThat(failure(withFile(folder.resolve("nowhere.json")))).contains("there is no such file");
        Path malformed =
                Files.writeString(folder.resolve("malformed.json"), "{\"private_key\": \"-----BEGIN PRIVATE KEY-----");
        assertThat(failure(withFile(malformed))).contains(malformed.toString());
        server.refuseTokens();
        Path key = ServiceAccountKeys.write(folder.resolve("key.json"), server.endpoint());
        assertThat(failure(withFile(key))).contains("invalid_grant").contains("check the clock");
    }

    @Test
    void needAProjectWhereRequestersPay() {
        server.letRequestersPay(bucket);
        GcsOptions options = GcsOptions.anonymousAt(server.endpoint());
        assertThat(failure(options)).endsWith("set kaon.gcs.user-project to the project that pays");
        try (GcsStore store = options.with("user-project", "payer").store()) {
            assertThat(store.describe(version).files()).isEqualTo(1);
        }
    }
}
