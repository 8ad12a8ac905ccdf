package io.kaon.lifecycle.load;

import io.kaon.batch.BatchRun;
import io.kaon.batch.Batcher;
import io.kaon.batch.BatchingPolicy;
import io.kaon.model.ModelId;
import java.nio.file.Path;

/// Makes the batcher of one version around its session's run.
@FunctionalInterface
public interface Batchers {
    /// @param files the version's directory, which may say how it wants to be batched
    /// @param policy what the declaration of the model says
    /// @throws io.kaon.model.ServingException when the directory says what cannot be understood
    Batcher of(ModelId id, Path files, BatchRun run, BatchingPolicy policy);
}
