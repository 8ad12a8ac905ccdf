package io.kaon.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.testkit.MemoryStore;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ModelStoresTest {
    private final MemoryStore files = new MemoryStore();
    private final MemoryStore objects = new MemoryStore();

    @Test
    void choosesByScheme() {
        ModelStores stores = new ModelStores(Map.of("s3", objects, "file", files));

        assertThat(stores.of(Location.parse("/models"))).isSameAs(files);
        assertThat(stores.of(Location.parse("s3://b/models"))).isSameAs(objects);
    }

    @Test
    void namesTheSchemesThereAreWhenNoneFits() {
        ModelStores stores = new ModelStores(Map.of("s3", objects, "file", files));

        ServingException refusal =
                catchThrowableOfType(ServingException.class, () -> stores.of(Location.parse("gs://b/models")));

        assertThat(refusal.kind()).isEqualTo(ErrorKind.UNSUPPORTED);
        assertThat(refusal).hasMessage("no store reads gs://b/models: expected a scheme of [file, s3], got \"gs\"");
    }

    @Test
    void saysHowToGetAStoreThatTheBuildLeavesOut() {
        ModelStores stores = new ModelStores(Map.of("file", files))
                .leftOut("gs", "Google Cloud Storage", "gcs")
                .with("s3", () -> Map.of(ModelStores.USUAL, objects));

        ServingException refusal =
                catchThrowableOfType(ServingException.class, () -> stores.of(Location.parse("gs://b/m"), "m"));

        assertThat(refusal.kind()).isEqualTo(ErrorKind.UNSUPPORTED);
        assertThat(refusal)
                .hasMessage("no store reads gs://b/m: Google Cloud Storage is left out of this build; build it in with"
                        + " `./kaon build -Pgcs`");
        assertThat(stores.of(Location.parse("s3://b/m"))).isSameAs(objects);
    }

    @Test
    void makesTheStoresOfAFurtherSchemeWhenTheyAreAskedForAndChoosesByAccount() {
        MemoryStore own = new MemoryStore();
        AtomicInteger made = new AtomicInteger();
        ModelStores stores = new ModelStores(Map.of("file", files)).with("s3", () -> {
            made.incrementAndGet();
            return Map.of(ModelStores.USUAL, objects, "m", own);
        });
        assertThat(stores.of(Location.parse("/models"), "m")).isSameAs(files);
        assertThat(made).hasValue(0);

        assertThat(stores.of(Location.parse("s3://b/models"))).isSameAs(objects);
        assertThat(stores.of(Location.parse("s3://b/models"), "m")).isSameAs(own);
        assertThat(stores.of(Location.parse("s3://b/models"), "other")).isSameAs(objects);
        assertThat(made).hasValue(1);
    }

    @Test
    void doesNotSeeLaterChangesOfTheMap() {
        Map<String, ModelStore> map = new HashMap<>(Map.of("file", files));
        ModelStores stores = new ModelStores(map);
        map.clear();

        assertThat(stores.of(Location.parse("/models"))).isSameAs(files);
    }
}
