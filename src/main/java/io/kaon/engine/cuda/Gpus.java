package io.kaon.engine.cuda;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The driver and the GPUs that this process may see. Nothing is loaded before the first question; a driver that has
/// answered is kept.
///
/// Safe for use by several threads.
public final class Gpus {
    /// Known when the executable is built, so that calling foreign functions, which not every builder can, stays out of
    /// it.
    static final boolean EXECUTABLE = System.getProperty("org.graalvm.nativeimage.imagecode") != null;

    /// Those of this machine.
    public static final Gpus HERE = new Gpus(Nvml.LIBRARY, System.getenv(VisibleDevices.VARIABLE));

    private final String library;
    private final @Nullable String visible;
    private @Nullable Nvml open;

    /// @param library NVIDIA's management library, name or path
    /// @param visible what `CUDA_VISIBLE_DEVICES` says; null if nothing
    Gpus(String library, @Nullable String visible) {
        this.library = library;
        this.visible = visible;
    }

    public synchronized GpuDriver driver() {
        if (EXECUTABLE) {
            return new GpuDriver.Absent("a native executable asks none");
        }
        try {
            Nvml nvml = nvml();
            List<Gpu> all = nvml.gpus();
            List<Gpu> seen =
                    VisibleDevices.of(visible, all).stream().map(all::get).toList();
            return new GpuDriver.Present(nvml.driverVersion(), nvml.cudaVersion(), seen);
        } catch (Nvml.Failure failure) {
            return new GpuDriver.Absent(String.valueOf(failure.getMessage()));
        }
    }

    /// Of each device that this process may see; empty without a driver.
    public synchronized List<GpuMemory> memory() {
        if (EXECUTABLE) {
            return List.of();
        }
        try {
            Nvml nvml = nvml();
            List<GpuMemory> memory = new ArrayList<>();
            for (int position : VisibleDevices.of(visible, nvml.gpus())) {
                memory.add(nvml.memory(position, "cuda:" + memory.size()));
            }
            return memory;
        } catch (Nvml.Failure _) {
            return List.of();
        }
    }

    private Nvml nvml() throws Nvml.Failure {
        Nvml nvml = open == null ? Nvml.open(library) : open;
        open = nvml;
        return nvml;
    }
}
