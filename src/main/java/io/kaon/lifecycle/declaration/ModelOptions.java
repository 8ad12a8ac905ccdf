package io.kaon.lifecycle.declaration;

import io.kaon.batch.BatchingPolicy;
import io.kaon.model.ExampleOutputs;
import io.kaon.model.VersionPolicy;
import io.kaon.storage.ModelStores;
import java.time.Duration;

/// How one model is to be run: what is chosen per model has one place, and this is it.
///
/// @param policy which of its versions are wanted
/// @param engine which engine runs them, and how
/// @param batching how its requests are run
/// @param warmUp the longest that the first runs of a version may take which no client has asked for; zero for none
/// @param outputs what its outputs mean to classify and regress
/// @param account of its store, by which its files are read; see [ModelStores]
public record ModelOptions(
        VersionPolicy policy,
        EngineOptions engine,
        BatchingPolicy batching,
        Duration warmUp,
        ExampleOutputs outputs,
        String account) {
    private static final Duration DEFAULT_WARM_UP = Duration.ofSeconds(5);

    public ModelOptions {
        if (warmUp.isNegative()) {
            throw new IllegalArgumentException("a warm-up of " + warmUp);
        }
    }

    /// The newest version, whatever engine it needs, with default settings.
    public static ModelOptions defaults() {
        return new ModelOptions(
                new VersionPolicy.LatestN(1),
                EngineOptions.defaults(),
                BatchingPolicy.defaults(),
                DEFAULT_WARM_UP,
                ExampleOutputs.FOUND,
                ModelStores.USUAL);
    }

    public ModelOptions withPolicy(VersionPolicy other) {
        return new ModelOptions(other, engine, batching, warmUp, outputs, account);
    }

    public ModelOptions withEngine(EngineOptions other) {
        return new ModelOptions(policy, other, batching, warmUp, outputs, account);
    }

    public ModelOptions withBatching(BatchingPolicy other) {
        return new ModelOptions(policy, engine, other, warmUp, outputs, account);
    }

    public ModelOptions withWarmUp(Duration longest) {
        return new ModelOptions(policy, engine, batching, longest, outputs, account);
    }

    public ModelOptions withOutputs(ExampleOutputs other) {
        return new ModelOptions(policy, engine, batching, warmUp, other, account);
    }

    public ModelOptions withAccount(String other) {
        return new ModelOptions(policy, engine, batching, warmUp, outputs, other);
    }
}
