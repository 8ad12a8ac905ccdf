package io.kaon.app.server;

import io.kaon.engine.Engine;
import io.kaon.storage.Location;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/// Lets engines start while the framework does, which takes about as long: otherwise the first load would wait for its
/// engine.
///
/// What is loaded by which engine is decided later, from the whole configuration. This looks only at the folder on this
/// machine that the command line names, and prepares each engine of which it finds a model there. Where it finds none,
/// because the folder lies elsewhere or is too large to be looked through, the first load waits as it always did.
public final class EngineStart {
    /// A folder of models holds models, which hold versions, which hold the files.
    private static final int DEPTH = 3;

    /// Entries; more is no longer a quick look.
    private static final int MOST = 100;

    private final Engine engine;
    private int looks;

    private EngineStart(Engine engine) {
        this.engine = engine;
    }

    /// Begins, on a thread of its own since the folder may be slow, and returns that thread.
    ///
    /// @param properties what the command line sets
    public static Thread begin(Map<String, String> properties, List<Engine> engines) {
        List<Path> folders = Stream.of(properties.get("kaon.models"), properties.get("kaon.model.base-path"))
                .filter(Objects::nonNull)
                .filter(place -> !Location.hasScheme(place))
                .map(Path::of)
                .toList();
        return Thread.ofPlatform().name("engine-start").daemon().start(() -> {
            for (Engine engine : engines) {
                EngineStart start = new EngineStart(engine);
                if (folders.stream().anyMatch(place -> start.isModel(place) || start.findsModel(place, DEPTH))) {
                    engine.prepare();
                }
            }
        });
    }

    private boolean isModel(Path file) {
        Path name = file.getFileName();
        return name != null
                && engine.modelFiles().nameOfSingle(name.toString()).isPresent()
                && Files.isRegularFile(file);
    }

    private boolean findsModel(Path folder, int depth) {
        if (++looks > MOST || !Files.isDirectory(folder)) {
            return false;
        }
        if (engine.recognises(folder)) {
            return true;
        }
        if (depth == 0) {
            return false;
        }
        try (DirectoryStream<Path> children = Files.newDirectoryStream(folder)) {
            for (Path child : children) {
                if (looks > MOST) {
                    return false;
                }
                if (findsModel(child, depth - 1)) {
                    return true;
                }
            }
        } catch (IOException | DirectoryIteratorException _) {
            // The load will say so.
        }
        return false;
    }
}
