package io.kaon.engine.djl;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;

/// One run of a loaded model, in the words of the engine that has it.
sealed interface ModelCall permits TorchCall, BlockCall {
    /// Before the first run of a thread.
    void enter();

    /// @param manager of the calling thread
    /// @param inputs named, in the order in which the model takes them
    /// @return for the caller to close
    NDList run(NDManager manager, NDList inputs);
}
