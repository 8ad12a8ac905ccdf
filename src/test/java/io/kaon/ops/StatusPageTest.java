package io.kaon.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.kaon.model.ErrorKind;
import io.kaon.model.ModelId;
import io.kaon.model.ServingException;
import io.kaon.model.VersionStatus;
import io.kaon.serving.InferenceListener;
import io.kaon.serving.LoadedModel;
import io.kaon.serving.ServedModel;
import io.kaon.serving.ServingModels;
import io.kaon.serving.Snapshot;
import io.kaon.testkit.FakeModels;
import io.kaon.testkit.LeakInspector;
import io.kaon.testkit.ManualClock;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakInspector.class)
final class StatusPageTest {
    @Test
    void saysWhatIsKnownOfEachVersionAndWhyItIsNotMerged() {
        try (FakeModels fakes = new FakeModels(new ManualClock())) {
            LoadedModel loaded = fakes.version("m", 2);
            ServingModels models = new ServingModels(InferenceListener.NONE);
            models.publish(new Snapshot(Map.of(
                    "m",
                    new ServedModel(
                            new TreeMap<>(Map.of(2L, loaded)),
                            Map.of("stable", 2L),
                            List.of(
                                    status(
                                            3,
                                            VersionStatus.Phase.END,
                                            new ServingException(ErrorKind.ENGINE_FAILED, "no variables")),
                                    status(2, VersionStatus.Phase.AVAILABLE, null)),
                            null))));
            JsonObject page = new StatusPage(models, new DeviceMemory(models, List::of))
                    .page()
                    .getJsonObject("models")
                    .getJsonObject("m");
            assertThat(page.getJsonObject("labels").getLong("stable")).isEqualTo(2);
            JsonArray versions = page.getJsonArray("versions");
            assertThat(versions.getJsonObject(0).getString("error")).isEqualTo("no variables");
            assertThat(versions.getJsonObject(1).getString("state")).isEqualTo("AVAILABLE");
            JsonObject signature =
                    versions.getJsonObject(1).getJsonArray("signatures").getJsonObject(0);
            assertThat(signature.getString("signature")).isEqualTo("serving_default");
            assertThat(signature.getString("merging")).isEqualTo("apart");
            assertThat(signature.getString("because")).isEqualTo("merging is off");
            models.publish(Snapshot.EMPTY);
            assertThat(loaded.drain()).isCompleted();
            loaded.close();
        }
    }

    private static VersionStatus status(long version, VersionStatus.Phase phase, @Nullable ServingException error) {
        return new VersionStatus(
                new ModelId("m", version), "/models/m/" + version, phase, "fake", error, null, 0, Duration.ZERO);
    }
}
