package io.kaon.engine.djl;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;

/// A model as every engine of DJL has it.
record BlockCall(Block block) implements ModelCall {
    @Override
    public void enter() {}

    @Override
    public NDList run(NDManager manager, NDList inputs) {
        return block.forward(new ParameterStore(manager, false), inputs, false);
    }
}
