package io.kaon.app.config;

import io.kaon.batch.BatchingPolicy;
import io.kaon.batch.Merging;
import io.kaon.engine.EngineSettings;
import io.kaon.lifecycle.declaration.EngineOptions;
import io.kaon.lifecycle.declaration.ModelOptions;
import io.kaon.lifecycle.declaration.OptionsByModel;
import io.kaon.model.ExampleOutputs;
import io.kaon.model.VersionPolicy;
import io.kaon.protocol.tfs.TfsBatchingParameters;
import io.kaon.protocol.tfs.TfsConfig;
import io.kaon.storage.ModelStores;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What the configuration says about models, as the core understands it: for all of them, and for those that it names.
public final class DeclaredOptions {
    private final ServerConfig config;
    private final int processors;
    /// What a file of batching parameters says, if there is one; before the rule for all models.
    private final BatchingPolicy unruled;

    private DeclaredOptions(ServerConfig config, int processors) {
        this.config = config;
        this.processors = processors;
        BatchingPolicy set =
                new BatchingPolicy(config.batch().queue(), config.batch().inlineBudget(), mostMerging(config.batch()));
        this.unruled = config.batch()
                .parametersFile()
                .map(file -> TfsBatchingParameters.policy(Path.of(file), set))
                .orElse(set);
    }

    /// @param processors threads that are tried for the operators of a heavy model
    /// @throws io.kaon.model.ServingException when a file that an option names cannot be read or understood
    public static OptionsByModel of(ServerConfig config, int processors) {
        DeclaredOptions declared = new DeclaredOptions(config, processors);
        DeclaredDevices.refuseContradictions(config.engine());
        Map<String, ModelOptions> named = new HashMap<>();
        for (String model : declared.names()) {
            named.put(model, declared.options(model));
        }
        return new OptionsByModel(declared.otherwise(), named);
    }

    private Set<String> names() {
        Set<String> names = new HashSet<>(config.engine().models().keySet());
        names.addAll(config.batch().models().keySet());
        names.addAll(config.tfs().outputs().keySet());
        names.addAll(config.s3().models().keySet());
        names.addAll(config.gcs().models().keySet());
        return names;
    }

    private ModelOptions otherwise() {
        return new ModelOptions(
                new VersionPolicy.LatestN(1),
                engine(),
                batching(),
                config.load().warmUp() ? config.load().warmUpTimeout() : Duration.ZERO,
                ExampleOutputs.FOUND,
                ModelStores.USUAL);
    }

    /// What is said of one model is stronger than what is said of all.
    private ModelOptions options(String model) {
        ModelOptions options = otherwise();
        EngineConfig.OfModel engine = config.engine().models().get(model);
        if (engine != null) {
            options = options.withEngine(engine(options.engine(), engine));
        }
        BatchConfig.OfModel batch = config.batch().models().get(model);
        if (batch != null) {
            options = options.withBatching(unruled.withRule(batch.merge()));
        }
        // A store takes the usual account where its scheme has none of that name.
        if (config.s3().models().containsKey(model) || config.gcs().models().containsKey(model)) {
            options = options.withAccount(model);
        }
        TfsConfig.Outputs outputs = config.tfs().outputs().get(model);
        return outputs == null ? options : options.withOutputs(outputs(outputs));
    }

    private EngineOptions engine(EngineOptions ofAll, EngineConfig.OfModel own) {
        EngineSettings settings = ofAll.settings()
                .withDevice(DeclaredDevices.device(config.engine(), own))
                .withProviders(DeclaredDevices.providers(config.engine(), own));
        EngineOptions placed = ofAll.withSettings(settings);
        return own.intraOpThreads().map(placed::withThreads).orElse(placed);
    }

    private EngineOptions engine() {
        EngineConfig engine = config.engine();
        int threads = engine.intraOpThreads().orElse(1);
        return new EngineOptions(
                null,
                EngineSettings.defaults()
                        .withIntraOpThreads(threads)
                        .withInterOpThreads(engine.interOpThreads())
                        .withSavedModelTags(engine.savedModelTags())
                        .withLongestRun(config.run().timeout())
                        .withDevice(DeclaredDevices.device(engine))
                        .withProviders(DeclaredDevices.providers(engine)),
                engine.intraOpThreads().isPresent() ? threads : processors);
    }

    /// A file of parameters takes the place of the rule.
    private BatchingPolicy batching() {
        return config.batch().parametersFile().isPresent()
                ? unruled
                : unruled.withMerging(unruled.merging().by(config.batch().merge()));
    }

    private static Merging mostMerging(BatchConfig batch) {
        return new Merging(
                batch.maxRows(),
                true,
                batch.maxDelay(),
                List.of(),
                Integer.MAX_VALUE,
                Long.MAX_VALUE,
                false,
                false,
                false);
    }

    private static ExampleOutputs outputs(TfsConfig.Outputs declared) {
        return new ExampleOutputs(
                declared.scores().orElse(null),
                declared.classes().orElse(null),
                declared.value().orElse(null),
                declared.labels().orElse(List.of()));
    }
}
