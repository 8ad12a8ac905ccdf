package io.kaon.app.config;

import io.kaon.lifecycle.declaration.DesiredModel;
import io.kaon.lifecycle.declaration.DesiredModels;
import io.kaon.lifecycle.declaration.ModelFolder;
import io.kaon.lifecycle.declaration.OptionsByModel;
import io.kaon.model.ErrorKind;
import io.kaon.model.ModelFiles;
import io.kaon.model.ServingException;
import io.kaon.storage.Listing;
import io.kaon.storage.Location;
import io.kaon.storage.ModelStores;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jboss.logging.Logger;

/// What the configuration says is to be served: the list in a file, or one model, or a folder of models.
public final class ModelSource {
    private static final Logger LOG = Logger.getLogger(ModelSource.class);

    private ModelSource() {}

    /// @param modelFiles those that make a directory a model's
    /// @throws ServingException when the file or the folder cannot be read: at start that is a mistake in
    ///     the command
    public static DesiredModels desired(
            ServerConfig config,
            ModelConfigFile file,
            OptionsByModel options,
            ModelStores stores,
            ModelFiles modelFiles) {
        if (config.modelConfig().file().isPresent()) {
            return new DesiredModels(file.read());
        }
        if (config.model().name().isPresent() != config.model().basePath().isPresent()) {
            throw new ServingException(
                    ErrorKind.INVALID_REQUEST,
                    "kaon.model.name and kaon.model.base-path: expected both or none, got only "
                            + (config.model().name().isPresent() ? "the name" : "the base path"));
        }
        if (config.model().name().isPresent() && config.model().basePath().isPresent()) {
            return single(
                    config.model().name().get(),
                    location(config.model().basePath().get()),
                    options);
        }
        return in(location(config.models()), options, stores, modelFiles);
    }

    /// What stands at one location: a folder of models, one model with its versions, or one that holds its files
    /// itself.
    ///
    /// @throws ServingException when it cannot be read, or is one version of a model
    public static DesiredModels in(Location folder, OptionsByModel options, ModelStores stores, ModelFiles modelFiles) {
        Listing found = stores.of(folder).list(folder);
        List<String> children = found.directories();
        if (children.stream().anyMatch(ModelSource::isVersion)) {
            LOG.infof(
                    "%s holds versions (%s), so it is served as one model, `%s`",
                    folder, String.join(", ", children), folder.name());
            return single(folder.name(), folder, options);
        }
        if (modelFiles.areAmong(found.files())) {
            if (isVersion(folder.name())) {
                throw new ServingException(
                        ErrorKind.INVALID_REQUEST,
                        folder + " is one version of a model: expected the model's directory, which holds it, or a"
                                + " folder of models; --model_name=NAME --model_base_path=" + folder
                                + " serves it alone");
            }
            return single(modelName(folder, modelFiles), folder, options);
        }
        ModelFolder.loose(folder, found, modelFiles).ifPresent(LOG::warn);
        return DesiredModels.of(new ModelFolder(folder, options));
    }

    /// A path, relative ones against the working directory, or a location with a scheme.
    public static Location location(String text) {
        try {
            return Location.parse(
                    Location.hasScheme(text)
                            ? text
                            : Path.of(text).toAbsolutePath().normalize().toString());
        } catch (IllegalArgumentException malformed) {
            throw new ServingException(ErrorKind.INVALID_REQUEST, "\"" + text + "\": " + malformed.getMessage());
        }
    }

    /// A directory's own name; a file's without its ending.
    public static String modelName(Location place, ModelFiles modelFiles) {
        boolean isFile = place.scheme().equals(Location.FILE)
                && modelFiles.nameOfSingle(place.name()).isPresent()
                && Files.isRegularFile(Path.of(place.path()));
        return isFile ? place.name().substring(0, place.name().lastIndexOf('.')) : place.name();
    }

    private static DesiredModels single(String name, Location base, OptionsByModel options) {
        return DesiredModels.of(new DesiredModel(name, base, options.of(name), Map.of()));
    }

    /// Whether a directory of this name is a version.
    public static boolean isVersion(String name) {
        return name.matches("[0-9]{1,19}");
    }
}
