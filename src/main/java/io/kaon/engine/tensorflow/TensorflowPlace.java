package io.kaon.engine.tensorflow;

import io.kaon.engine.CudaSettings;
import io.kaon.engine.Device;
import io.kaon.engine.EngineSession;
import io.kaon.engine.EngineSettings;
import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.IntFunction;
import java.util.function.IntToLongFunction;
import org.jspecify.annotations.Nullable;
import org.tensorflow.proto.ConfigProto;

/// Where a session is to be computed, as far as settings, build and machine agree.
///
/// @param gpu as CUDA counts; null on the processor
/// @param hides whether TensorFlow must be kept from a GPU that it would find
/// @param notice what the operator might have expected otherwise, and why; null if nothing
record TensorflowPlace(
        @Nullable Integer gpu, boolean hides, @Nullable String notice) {
    private static final String GPU = "GPU";

    /// Of builds for the processor.
    static final TensorflowPlace ORDINARY = new TensorflowPlace(null, false, null);

    private static final String HOW_TO_GET_IT =
            "this build's TensorFlow has no CUDA: build with the Maven profile `gpu`"
                    + " (./kaon build -Pgpu), or use an image whose tag ends in `-gpu`";

    /// @param built whether this build's TensorFlow can compute on a GPU
    /// @param mapped the GPU that TensorFlow has been given in this process already: it takes one, once
    /// @param problems why TensorFlow cannot use a GPU, one sentence each; asked only where one might be had
    /// @throws ServingException UNSUPPORTED, with the reason, if what was asked for cannot be had
    static TensorflowPlace of(
            EngineSettings settings, boolean built, OptionalInt mapped, IntFunction<List<String>> problems) {
        return switch (settings.device()) {
            case Device.Cpu _ -> new TensorflowPlace(null, built, null);
            case Device.Cuda(int index) -> {
                if (!built) {
                    throw unsupported(settings.device(), List.of(HOW_TO_GET_IT));
                }
                if (mapped.isPresent() && mapped.getAsInt() != index) {
                    throw unsupported(
                            settings.device(),
                            List.of("TensorFlow takes one GPU in a process, and this one's is cuda:" + mapped.getAsInt()
                                    + ": name that for all SavedModels"));
                }
                List<String> found = problems.apply(index);
                if (!found.isEmpty()) {
                    throw unsupported(settings.device(), found);
                }
                yield new TensorflowPlace(index, false, null);
            }
            case Device.Auto _ -> built ? auto(mapped.orElse(0), problems) : ORDINARY;
        };
    }

    private static TensorflowPlace auto(int index, IntFunction<List<String>> problems) {
        List<String> found = problems.apply(index);
        return found.isEmpty()
                ? new TensorflowPlace(index, false, null)
                : new TensorflowPlace(
                        null,
                        true,
                        "it runs on the processor, although this build has CUDA: " + String.join("; ", found)
                                + "; kaon.engine.device=cpu says that this is meant");
    }

    static ServingException unsupported(Device device, List<String> why) {
        return new ServingException(
                ErrorKind.UNSUPPORTED, "the device " + device + " cannot be used: " + String.join("; ", why));
    }

    /// What the status calls it.
    String device() {
        return gpu == null ? EngineSession.CPU : new Device.Cuda(gpu).toString();
    }

    /// Tells TensorFlow. Left to itself it takes all memory of all GPUs.
    ///
    /// @param totalBytes of a device's memory; 0 if that is unknown
    void apply(ConfigProto.Builder config, CudaSettings cuda, IntToLongFunction totalBytes) {
        if (hides) {
            config.putDeviceCount(GPU, 0);
        }
        if (gpu == null) {
            return;
        }
        config.getGpuOptionsBuilder()
                .setVisibleDeviceList(Integer.toString(gpu))
                .setAllowGrowth(true);
        long total = cuda.memoryLimit().isPresent() ? totalBytes.applyAsLong(gpu) : 0;
        if (total > 0) {
            config.getGpuOptionsBuilder()
                    .setPerProcessGpuMemoryFraction(
                            Math.min(1, (double) cuda.memoryLimit().getAsLong() / total));
        }
    }
}
