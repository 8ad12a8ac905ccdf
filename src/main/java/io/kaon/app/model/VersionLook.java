package io.kaon.app.model;

import io.kaon.engine.Engine;
import io.kaon.engine.EngineSession;
import io.kaon.engine.EngineSettings;
import io.kaon.engine.InspectedModel;
import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.storage.ModelStores;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;

/// Loads one version on the plain core, without servers, for as long as a command looks at it.
final class VersionLook {
    private final VersionFiles files;
    private final Engine engine;

    private VersionLook(VersionFiles files, Engine engine) {
        this.files = files;
        this.engine = engine;
    }

    /// @param loadTime how long reading and loading the files took
    record Loaded(EngineSession session, Duration loadTime) {}

    /// Chooses the engine as a server does.
    static VersionLook of(VersionFiles files, List<Engine> engines) {
        Engine engine = engines.stream()
                .filter(candidate -> candidate.recognises(files.path()))
                .findFirst()
                .orElseThrow(() -> new ServingException(
                        ErrorKind.UNSUPPORTED, "no engine recognises " + files.version() + " any more"));
        return new VersionLook(files, engine);
    }

    Engine engine() {
        return engine;
    }

    /// @param look told of the loaded version, which is closed afterwards
    /// @throws ServingException when the version cannot be loaded, or by the look
    <T> T load(EngineSettings settings, ModelStores stores, PrintWriter err, Function<Loaded, T> look) {
        long began = System.nanoTime();
        try {
            InspectedModel inspected = engine.inspect(files.path());
            if (!inspected.keepsReading()) {
                return at(inspected, files, settings, began, look);
            }
            try (VersionFiles whole = files.withoutLinks(stores, err)) {
                return at(inspected, whole, settings, began, look);
            }
        } catch (ServingException failure) {
            throw files.ofOriginal(failure);
        }
    }

    private static <T> T at(
            InspectedModel inspected,
            VersionFiles files,
            EngineSettings settings,
            long began,
            Function<Loaded, T> look) {
        try (EngineSession session = inspected.load(files.path(), settings)) {
            return look.apply(new Loaded(session, Duration.ofNanos(System.nanoTime() - began)));
        } catch (ServingException failure) {
            throw files.ofOriginal(failure);
        }
    }
}
