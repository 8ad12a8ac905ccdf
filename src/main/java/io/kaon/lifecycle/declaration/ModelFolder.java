package io.kaon.lifecycle.declaration;

import io.kaon.model.ModelFiles;
import io.kaon.storage.Listing;
import io.kaon.storage.Location;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

    /// What to say of files in a folder of models that are models by themselves: only directories are models there.
    ///
    /// @param found in the folder
    public static Optional<String> loose(Location folder, Listing found, ModelFiles modelFiles) {
        List<String> loose = found.files().stream()
                .filter(file -> modelFiles.nameOfSingle(file).isPresent())
                .toList();
        if (loose.isEmpty()) {
            return Optional.empty();
        }
        String file = loose.getFirst();
        String name = file.substring(0, file.lastIndexOf('.'));
        return Optional.of(folder + " holds "
                + (loose.size() == 1 ? file : file + " and " + (loose.size() - 1) + " more files")
                + " beside its models: expected " + name + "/1/"
                + modelFiles.nameOfSingle(file).orElse(file) + "; `kaon add " + name + " "
                + folder.child(file) + " --models " + folder + "` makes that of it, and `kaon serve "
                + folder.child(file)
                + "` serves it alone");
    }

    public DesiredModel model(String name) {
        return new DesiredModel(name, location.child(name), options.of(name), Map.of());
    }
}
