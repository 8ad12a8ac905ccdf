package io.kaon.serving;

/// Is told of every inference once it has ended: the one place where serving is measured.
@FunctionalInterface
public interface InferenceListener {
    InferenceListener NONE = _ -> {};

    /// Called on the thread on which the result completed, often an event loop: must neither block nor throw.
    void ended(Inference inference);
}
