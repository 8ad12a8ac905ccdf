package io.kaon.app.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.kaon.engine.Engine;
import io.kaon.engine.InspectedModel;
import io.kaon.model.ModelFiles;
import io.kaon.testkit.FakeEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class EngineStartTest {
    @TempDir
    private Path folder;

    private final FakeEngine engine = new FakeEngine();

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "m", "m/1"})
    void preparesTheEngineOfAModelWhereOneCouldLie(String place) throws Exception {
        model(place);
        assertThat(preparations("kaon.models", folder.toString())).isEqualTo(1);
    }

    @Test
    void looksAtTheBasePathOfOneModel() throws Exception {
        model("1");
        assertThat(preparations("kaon.model.base-path", folder.toString())).isEqualTo(1);
    }

    @Test
    void preparesOnceForManyModels() throws Exception {
        model("a/1");
        model("b/1");
        assertThat(preparations("kaon.models", folder.toString())).isEqualTo(1);
    }

    @Test
    void preparesNothingWhereThereIsNoModelOfTheEngine() throws Exception {
        Files.createDirectories(folder.resolve("m/1"));
        Files.writeString(folder.resolve("m/1/model.other"), "");
        assertThat(preparations("kaon.models", folder.toString())).isZero();
        assertThat(preparations("kaon.models", folder.resolve("nowhere").toString()))
                .isZero();
    }

    @Test
    void doesNotLookBehindVersions() throws Exception {
        model("m/1/assets/extra");
        assertThat(preparations("kaon.models", folder.toString())).isZero();
    }

    @Test
    void leavesOtherMachinesAlone() throws Exception {
        assertThat(preparations("kaon.models", "s3://bucket/models")).isZero();
        assertThat(preparations("kaon.port", folder.toString())).isZero();
    }

    @Test
    void doesNotLookThroughLargeFolders() throws Exception {
        for (int i = 0; i < 300; i++) {
            Files.createDirectories(folder.resolve("model" + i + "/1"));
        }
        Curious curious = new Curious();
        EngineStart.begin(Map.of("kaon.models", folder.toString()), List.of(curious))
                .join();
        assertThat(curious.folders).hasSizeBetween(50, 100);
    }

    /// Knows no model, and remembers where it was asked for one.
    private static final class Curious implements Engine {
        private final List<Path> folders = new CopyOnWriteArrayList<>();

        @Override
        public String name() {
            return "curious";
        }

        @Override
        public ModelFiles modelFiles() {
            return ModelFiles.of();
        }

        @Override
        public boolean recognises(Path directory) {
            folders.add(directory);
            return false;
        }

        @Override
        public InspectedModel inspect(Path directory) {
            throw new AssertionError("not asked to load");
        }
    }

    private void model(String place) throws IOException {
        Path version = Files.createDirectories(folder.resolve(place));
        Files.writeString(version.resolve(FakeEngine.FILE), "adds 1");
    }

    private int preparations(String property, String value) throws InterruptedException {
        EngineStart.begin(Map.of(property, value), List.of(engine)).join();
        return engine.preparations();
    }
}
