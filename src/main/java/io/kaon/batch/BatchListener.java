package io.kaon.batch;

/// Is told of every batch once it has run.
@FunctionalInterface
public interface BatchListener {
    BatchListener NONE = _ -> {};

    /// Called on the thread that ran the batch: must neither block nor throw.
    void ran(BatchReport report);

    /// A request of a merged batch has run once more, alone. On the thread that did so; must neither block nor throw.
    ///
    /// @param alike whether the answer was the same
    default void audited(String signature, boolean alike) {}
}
