package io.kaon.app.model;

import io.kaon.app.command.StoreChoice;
import io.kaon.app.config.CommandConfig;
import io.kaon.app.config.DeclaredOptions;
import io.kaon.app.config.ModelConfigFile;
import io.kaon.app.config.ModelSource;
import io.kaon.app.config.ServerConfig;
import io.kaon.app.wiring.Wiring;
import io.kaon.engine.Engine;
import io.kaon.engine.EngineSettings;
import io.kaon.lifecycle.declaration.DesiredModels;
import io.kaon.lifecycle.declaration.OptionsByModel;
import io.kaon.model.ModelFiles;
import io.kaon.protocol.tfs.TfsModelConfig;
import io.kaon.storage.Location;
import io.kaon.storage.ModelStores;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/// What a command sees of models: what a server with the same options would have, but for what that measures.
/// So one thread shares an operator.
///
/// Holds stores, and is closed by the command.
final class CommandModels implements AutoCloseable {
    private final ServerConfig config;
    private final OptionsByModel options;
    private final ModelStores stores;
    private final List<Engine> engines = Wiring.engines();

    private CommandModels(ServerConfig config) {
        this.config = config;
        this.options = DeclaredOptions.of(config, 1);
        this.stores = StoreChoice.stores();
    }

    /// @throws RuntimeException when an option is wrong or unknown
    static CommandModels open() {
        return new CommandModels(CommandConfig.options());
    }

    ModelStores stores() {
        return stores;
    }

    List<Engine> engines() {
        return engines;
    }

    ModelFiles files() {
        return Engine.filesOf(engines);
    }

    /// How a server would load a model of this name.
    EngineSettings settings(String model) {
        return options.of(model).engine().settings();
    }

    /// The name under which a server would serve a version from the folder that it stands in.
    String nameOf(Location version) {
        List<String> names = List.of(version.path().split("/", -1));
        boolean isNumbered = names.size() > 1 && ModelSource.isVersion(names.getLast());
        return isNumbered ? names.get(names.size() - 2) : ModelSource.modelName(version, files());
    }

    /// What the options declare.
    DesiredModels.Declaration configured() {
        ModelConfigFile file =
                new ModelConfigFile(Path.of(config.modelConfig().file().orElse("")), configReader());
        return ModelSource.desired(config, file, options, stores, files()).current();
    }

    /// What a location declares: a folder of models, or one model.
    DesiredModels.Declaration in(String location) {
        return ModelSource.in(ModelSource.location(location), options, stores, files())
                .current();
    }

    /// What a model configuration declares.
    ///
    /// @throws io.kaon.model.ServingException naming the file, and the place in it
    DesiredModels.Declaration ofFile(Path file) {
        return new ModelConfigFile(file, configReader()).read();
    }

    private TfsModelConfig configReader() {
        return new TfsModelConfig(engines.stream().map(Engine::name).collect(Collectors.toUnmodifiableSet()), options);
    }

    @Override
    public void close() {
        stores.close();
    }
}
