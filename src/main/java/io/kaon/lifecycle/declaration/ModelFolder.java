package io.kaon.lifecycle.declaration;

import io.kaon.storage.Location;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// A directory of models: each child directory that holds a version directory is a model of that name. Looked at anew
/// at every poll, so models come and go with their directories.
///
/// @param options how each of the models is to be run
public record ModelFolder(Location location, OptionsByModel options) {
    /// Each with default options.
    public static ModelFolder of(Location location) {
        return new ModelFolder(location, OptionsByModel.defaults());
    }

    /// Those of the directories that may be models. One that is hidden is none, nor one that its writer will
    /// rename when it is complete.
    public static Set<String> models(List<String> directories) {
        return directories.stream()
                .filter(name -> !name.startsWith(".") && !name.endsWith(".tmp"))
                .collect(Collectors.toUnmodifiableSet());
    }

    public DesiredModel model(String name) {
        return new DesiredModel(name, location.child(name), options.of(name), Map.of());
    }
}
