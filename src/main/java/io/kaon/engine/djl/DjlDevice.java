package io.kaon.engine.djl;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.engine.StandardCapabilities;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.kaon.engine.EngineSession;
import io.kaon.engine.djl.declaration.ModelFolder;
import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import org.jspecify.annotations.Nullable;

/// Where DJL computes a model.
///
/// @param notice what the operator might not expect of it; null if nothing
record DjlDevice(Device device, @Nullable String notice) {
    /// @throws ServingException UNSUPPORTED if a GPU is asked for that the engine does not have, with the reason
    static DjlDevice of(Engine engine, io.kaon.engine.Device wanted) {
        return switch (wanted) {
            case io.kaon.engine.Device.Cpu _ -> new DjlDevice(Device.cpu(), null);
            case io.kaon.engine.Device.Cuda(int index) -> {
                String why = why(engine, index);
                if (why != null) {
                    throw new ServingException(
                            ErrorKind.UNSUPPORTED, "the device cuda:" + index + " cannot be used: " + why);
                }
                yield new DjlDevice(Device.gpu(index), null);
            }
            case io.kaon.engine.Device.Auto _ -> {
                if (!engine.hasCapability(StandardCapabilities.CUDA)) {
                    yield new DjlDevice(Device.cpu(), null);
                }
                String why = why(engine, 0);
                yield why == null
                        ? new DjlDevice(Device.gpu(0), null)
                        : new DjlDevice(Device.cpu(), "on the CPU: " + why);
            }
        };
    }

    /// Why that GPU cannot be used; null if it can, which a tensor shows: DJL itself would count them with a library
    /// that is not built in.
    private static @Nullable String why(Engine engine, int index) {
        if (!engine.hasCapability(StandardCapabilities.CUDA)) {
            return engine.getEngineName() + " " + engine.getVersion() + " is one for CPUs; "
                    + (engine.getEngineName().equals(ModelFolder.PYTORCH)
                            ? "install libtorch " + OwnLibtorch.NEEDED + " for CUDA 12.8 and name its folder lib in"
                                    + " PYTORCH_LIBRARY_PATH"
                            : "put the GPU build of its library on the class path");
        }
        try (NDManager manager = engine.newBaseManager(Device.gpu(index))) {
            manager.zeros(new Shape(1)).close();
            return null;
        } catch (EngineException | IllegalArgumentException failure) {
            return engine.getEngineName() + " cannot use it: " + DjlErrors.plain(String.valueOf(failure.getMessage()));
        }
    }

    /// What the status calls it.
    String text() {
        return isGpu() ? new io.kaon.engine.Device.Cuda(device.getDeviceId()).toString() : EngineSession.CPU;
    }

    boolean isGpu() {
        return device.isGpu();
    }
}
