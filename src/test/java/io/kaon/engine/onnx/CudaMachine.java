package io.kaon.engine.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtProvider;
import io.kaon.engine.cuda.GpuDriver;
import io.kaon.engine.cuda.Gpus;

/// Whether ONNX Runtime can compute on a GPU here: a build with the profile `gpu`, on a machine with a driver.
/// What such a machine lacks beyond that, the tests say.
final class CudaMachine {
    static final String NEEDS = "needs a GPU and a build with it: mvn test -Pgpu -Dgroups=gpu, see docs/gpu.md";

    private CudaMachine() {}

    static boolean isHere() {
        boolean here = OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA)
                && Gpus.HERE.driver() instanceof GpuDriver.Present;
        if (!here) {
            System.out.println("skipped: " + NEEDS);
        }
        return here;
    }
}
