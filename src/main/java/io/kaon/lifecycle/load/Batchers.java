package io.kaon.lifecycle.load;

import io.kaon.batch.BatchRun;
import io.kaon.batch.Batcher;
import io.kaon.batch.BatchingPolicy;
import io.kaon.model.ModelId;

/// Makes the batcher of one version around its session's run.
@FunctionalInterface
public interface Batchers {
    /// @param policy what holds for this version
    Batcher of(ModelId id, BatchRun run, BatchingPolicy policy);
}
