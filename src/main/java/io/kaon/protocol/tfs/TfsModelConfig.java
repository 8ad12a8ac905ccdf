package io.kaon.protocol.tfs;

import io.kaon.lifecycle.declaration.DesiredModel;
import io.kaon.lifecycle.declaration.DesiredModels;
import io.kaon.lifecycle.declaration.ModelOptions;
import io.kaon.lifecycle.declaration.OptionsByModel;
import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.model.VersionPolicy;
import io.kaon.protocol.tfs.proto.FileSystemStoragePathSourceConfig.ServableVersionPolicy;
import io.kaon.protocol.tfs.proto.ModelConfig;
import io.kaon.protocol.tfs.proto.ModelServerConfig;
import io.kaon.protocol.tfs.proto.ModelType;
import io.kaon.storage.Location;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Reads `ModelServerConfig`, as a message or as the text of a model config file, into the models that it declares.
///
/// `model_platform` chooses nothing: a version's files say which engine they need. `tensorflow` and nothing at all are
/// taken for that; the name of an engine insists on that engine; anything else is refused.
///
/// @param engines names of the engines there are
/// @param options what the message says nothing about
public record TfsModelConfig(Set<String> engines, OptionsByModel options) {
    private static final String TENSORFLOW = "tensorflow";

    /// What people call an engine, if it is not what it is called here.
    private static final Map<String, String> ALSO = Map.of("pytorch", "djl");

    public TfsModelConfig {
        engines = Set.copyOf(engines);
    }

    /// Reads the text form.
    ///
    /// @throws ServingException INVALID_REQUEST with line and column, or as [#declaration]
    public DesiredModels.Declaration read(String text) {
        return declaration(ProtoText.read(text, ModelServerConfig.newBuilder()).build());
    }

    /// @throws ServingException INVALID_REQUEST naming the model and what is wrong with it, in TensorFlow
    ///     Serving's words where it has any
    DesiredModels.Declaration declaration(ModelServerConfig config) {
        if (!config.hasModelConfigList()) {
            throw invalid("expected a model_config_list, got "
                    + (config.hasCustomModelConfig() ? "a custom_model_config" : "nothing"));
        }
        Set<String> names = new HashSet<>();
        List<DesiredModel> models = new ArrayList<>();
        for (ModelConfig model : config.getModelConfigList().getConfigList()) {
            if (!names.add(model.getName())) {
                throw invalid("Illegal to list model " + model.getName() + " multiple times in config list");
            }
            models.add(model(model));
        }
        return new DesiredModels.Declaration(models, null);
    }

    private DesiredModel model(ModelConfig model) {
        String name = model.getName();
        if (name.isEmpty()) {
            throw invalid("a model config with base_path \"" + model.getBasePath() + "\" has no name");
        }
        if (model.getLoggingConfig().hasLogCollectorConfig()) {
            throw invalid("model " + name + ": log_collector_config asks for a collector of type \""
                    + model.getLoggingConfig().getLogCollectorConfig().getType() + "\", but there are none");
        }
        ModelOptions given = options.of(name);
        ModelOptions declared = given.withPolicy(policy(model.getModelVersionPolicy()))
                .withEngine(given.engine().withName(engine(model)));
        return new DesiredModel(name, base(name, model.getBasePath()), declared, model.getVersionLabelsMap());
    }

    private static Location base(String name, String path) {
        boolean absolute = path.startsWith("/");
        if (!absolute && !path.matches("[A-Za-z][A-Za-z0-9+.-]*:.*")) {
            throw invalid("Expected model " + name + " to have an absolute path or URI; got base_path()=" + path);
        }
        try {
            return Location.parse(absolute ? Path.of(path).normalize().toString() : path);
        } catch (IllegalArgumentException malformed) {
            throw invalid("model " + name + ": base_path \"" + path + "\": " + malformed.getMessage());
        }
    }

    /// Counts are unsigned in the message; more versions than Java can count are all.
    private static VersionPolicy policy(ServableVersionPolicy policy) {
        return switch (policy.getPolicyChoiceCase()) {
            case LATEST -> {
                int count = policy.getLatest().getNumVersions();
                yield new VersionPolicy.LatestN(count < 0 ? Integer.MAX_VALUE : count);
            }
            case ALL -> new VersionPolicy.All();
            case SPECIFIC ->
                new VersionPolicy.Only(Set.copyOf(policy.getSpecific().getVersionsList()));
            case POLICYCHOICE_NOT_SET -> new VersionPolicy.LatestN(1);
        };
    }

    /// The type is what the platform was called before it had names of its own.
    @SuppressWarnings("deprecation")
    private @Nullable String engine(ModelConfig model) {
        String platform = ALSO.getOrDefault(model.getModelPlatform(), model.getModelPlatform());
        ModelType type = model.getModelType();
        if (type != ModelType.MODEL_TYPE_UNSPECIFIED && !platform.isEmpty()) {
            throw invalid("model " + model.getName()
                    + ": Illegal setting both ModelServerConfig::model_type (deprecated) and model_platform.");
        }
        if (type != ModelType.MODEL_TYPE_UNSPECIFIED && type != ModelType.TENSORFLOW) {
            throw invalid("model " + model.getName() + ": model_type " + model.getModelTypeValue()
                    + " is not served: expected TENSORFLOW or none");
        }
        if (platform.isEmpty() || platform.equals(TENSORFLOW)) {
            return null;
        }
        if (!engines.contains(platform)) {
            throw invalid("model " + model.getName() + ": no engine for model_platform \"" + platform
                    + "\": expected \"" + TENSORFLOW + "\" or one of " + new TreeSet<>(engines));
        }
        return platform;
    }

    private static ServingException invalid(String message) {
        return new ServingException(ErrorKind.INVALID_REQUEST, message);
    }
}
