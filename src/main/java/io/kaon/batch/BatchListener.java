package io.kaon.batch;

/// Is told of every batch once it has run.
@FunctionalInterface
public interface BatchListener {
    BatchListener NONE = _ -> {};

    /// Called on the thread that ran the batch: must neither block nor throw.
    void ran(BatchReport report);
}
