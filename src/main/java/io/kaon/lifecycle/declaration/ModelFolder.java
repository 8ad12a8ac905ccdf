package io.kaon.lifecycle.declaration;

import io.kaon.batch.BatchingPolicy;
import io.kaon.engine.EngineSettings;
import io.kaon.model.VersionPolicy;
import io.kaon.storage.Location;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A directory of models: each child directory that holds a version directory is a model of that name. Looked at anew
/// at every poll, so models come and go with their directories.
///
/// @param policy for each of the models
/// @param engine name of the engine to use; null for the first that recognises the files
public record ModelFolder(
        Location location,
        VersionPolicy policy,
        @Nullable String engine,
        EngineSettings settings,
        BatchingPolicy batching) {

    /// The newest version of each, whatever engine it needs, with default settings.
    public static ModelFolder of(Location location) {
        return new ModelFolder(
                location, new VersionPolicy.LatestN(1), null, EngineSettings.defaults(), BatchingPolicy.defaults());
    }

    /// Those of the directories that may be models. One that is hidden is none, nor one that its writer will
    /// rename when it is complete.
    public static Set<String> models(List<String> directories) {
        return directories.stream()
                .filter(name -> !name.startsWith(".") && !name.endsWith(".tmp"))
                .collect(Collectors.toUnmodifiableSet());
    }

    public DesiredModel model(String name) {
        return new DesiredModel(name, location.child(name), policy, engine, settings, batching, Map.of());
    }
}
