package io.kaon.engine.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.JniUtils;
import java.util.LinkedHashMap;
import java.util.Map;

/// A TorchScript model.
///
/// [PtSymbolBlock#forward] would do, but for three things: the first run of each model holds a lock that all models
/// share, a run that fails leaves its inputs in native memory, and lists and dictionaries are told by names of tensors.
///
/// @param threads that share one operator
record TorchCall(PtSymbolBlock block, TorchBinding.Form form, int threads) implements ModelCall {
    /// OpenMP keeps the number for each thread that calls it.
    @Override
    public void enter() {
        JniUtils.setNumThreads(threads);
    }

    @Override
    public NDList run(NDManager manager, NDList inputs) {
        IValue[] arguments = arguments(inputs);
        try (IValue result = block.forward(arguments)) {
            return result.toNDList((PtNDManager) manager);
        } finally {
            for (IValue argument : arguments) {
                argument.close();
            }
        }
    }

    private IValue[] arguments(NDList inputs) {
        return switch (form) {
            case ONE_BY_ONE -> {
                IValue[] arguments = new IValue[inputs.size()];
                for (int i = 0; i < arguments.length; i++) {
                    arguments[i] = IValue.from((PtNDArray) inputs.get(i));
                }
                yield arguments;
            }
            case LIST ->
                new IValue[] {
                    IValue.listFrom(inputs.stream().map(PtNDArray.class::cast).toArray(PtNDArray[]::new))
                };
            case DICTIONARY -> {
                Map<String, PtNDArray> named = new LinkedHashMap<>();
                for (NDArray input : inputs) {
                    named.put(input.getName(), (PtNDArray) input);
                }
                yield new IValue[] {IValue.stringMapFrom(named)};
            }
        };
    }
}
