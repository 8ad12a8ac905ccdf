package io.kaon.storage.gcs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.storage.Location;
import io.kaon.storage.StoredVersion;
import io.kaon.storage.Transfer;
import io.kaon.testkit.FakeGcs;
import io.kaon.testkit.GcsOptions;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What is peculiar to objects of Google Cloud Storage: any name, generations and two kinds of checksums.
final class GcsStoreObjectsTest {
    private final FakeGcs server = FakeGcs.start(1000);
    private final String bucket = server.createBucket();
    private final GcsStore store = GcsOptions.anonymousAt(server.endpoint()).store();
    private final Location version = Location.parse("gs://" + bucket + "/m/1");

    @TempDir
    private Path into;

    @AfterEach
    void close() {
        store.close();
        server.close();
    }

    private void put(String name, String content) {
        server.put(bucket, name, content.getBytes(UTF_8));
    }

    @ParameterizedTest
    @ValueSource(strings = {"../2/model.onnx", "a//b", "a/./b", "line\nbreak", "model.onnx/below"})
    void refusesANameThatCanBeNoFile(String name) {
        put("m/1/model.onnx", "weights");
        put("m/1/" + name, "hostile");

        ServingException refused = catchThrowableOfType(ServingException.class, () -> store.describe(version));
        assertThat(refused).as("refusal").isNotNull();
        assertThat(refused.kind()).isEqualTo(ErrorKind.STORAGE_FAILED);
        assertThat(refused).hasMessageStartingWith(version + " holds").hasMessageContaining("rename");
    }

    @Test
    void seesNoNewVersionWhereTheSameIsUploadedAgain() throws IOException {
        put("m/1/model.onnx", "weights");
        server.compose(bucket, "m/1/composed", "parts".getBytes(UTF_8));
        StoredVersion before = new StoredVersion(version, store.describe(version));
        put("m/1/model.onnx", "weights");
        server.compose(bucket, "m/1/composed", "parts".getBytes(UTF_8));

        assertThat(store.describe(version).fingerprint())
                .isEqualTo(before.files().fingerprint());
        store.fetch(before, into, new Transfer());
        assertThat(into.resolve("model.onnx")).hasContent("weights");
    }

    @Test
    void seesThatAComposedObjectHasChanged() {
        server.compose(bucket, "m/1/composed", "parts".getBytes(UTF_8));
        long before = store.describe(version).fingerprint();
        server.compose(bucket, "m/1/composed", "PARTS".getBytes(UTF_8));

        assertThat(store.describe(version).fingerprint()).isNotEqualTo(before);
    }

    @Test
    void takesAnObjectThatStandsForADirectoryForNoFile() {
        put("m/", "");
        put("m/1/", "");
        put("m/1/model.onnx", "weights");

        assertThat(store.list(Location.parse("gs://" + bucket + "/m")).directories())
                .containsExactly("1");
        assertThat(store.describe(version).files()).isEqualTo(1);
    }
}
