package io.kaon.engine.cuda;

import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/// What keeps an engine from computing on a GPU here, one sentence each: what was found, what is needed, how to get it.
public final class CudaProblems {
    /// With the driver, and told with it.
    private static final String DRIVER_LIBRARY = "libcuda.so.1";

    private static final String CUBLAS = "libcublasLt.so.";

    private CudaProblems() {}

    /// Of the driver and its devices.
    ///
    /// @param engine what computes, as people know it
    /// @param cuda the major version that it is made for
    /// @param device as CUDA counts
    public static List<String> ofDriver(GpuDriver driver, String engine, int cuda, int device) {
        return switch (driver) {
            case GpuDriver.Absent(String why) ->
                List.of("no NVIDIA driver is found (" + why + "): " + engine + " needs one for CUDA " + cuda
                        + "; install it, and start a container with the machine's GPUs (docker run --gpus all, podman"
                        + " run --device nvidia.com/gpu=all, or nvidia.com/gpu in a pod's limits)");
            case GpuDriver.Present present
            when present.major() < cuda ->
                List.of("the NVIDIA driver " + present.version() + " runs CUDA up to " + present.cudaText() + ", and "
                        + engine + " needs CUDA " + cuda + ": install a driver from " + oldestDriver(cuda) + " on");
            case GpuDriver.Present present
            when device >= present.visible().size() ->
                List.of("cuda:" + device + " is not there: this process sees " + seen(present) + "; name one of them,"
                        + " or look at CUDA_VISIBLE_DEVICES and at what the container is given");
            case GpuDriver.Present _ -> List.of();
        };
    }

    /// Of the libraries that the loader does not find.
    ///
    /// @param engine what is linked to them, as people know it
    /// @param needed their names
    /// @param cuda the major version that it is made for
    /// @param loads whether the loader finds a library of that name
    public static List<String> ofLibraries(
            String engine, List<String> needed, int cuda, Predicate<? super String> loads) {
        List<String> problems = new ArrayList<>();
        for (String name : needed) {
            if (!name.equals(DRIVER_LIBRARY) && !loads.test(name)) {
                problems.add(name + " is not found: install "
                        + CudaLibrary.of(name, cuda)
                                .map(library -> library.apt() + " (apt) or " + library.pip() + " (pip)")
                                .orElse("it from the system's packages"));
            }
        }
        if (!problems.isEmpty()) {
            problems.add(engine + " needs such libraries of CUDA " + cuda
                    + " where the loader finds them, by ldconfig or" + " in a folder that LD_LIBRARY_PATH names");
        }
        return problems;
    }

    /// The major version that a library is made for which is linked to these.
    public static int cudaOf(List<String> needed, int otherwise) {
        return CudaLibrary.cudaOf(needed).orElse(otherwise);
    }

    /// Whether the machine has the libraries of this version of CUDA.
    public static boolean has(int cuda, Predicate<? super String> loads) {
        return loads.test(CUBLAS + cuda);
    }

    /// Whether the system's loader finds a library. It stays loaded, since it will be needed.
    @SuppressWarnings("restricted") // to load a library is what is asked
    public static boolean loads(String library) {
        if (Gpus.EXECUTABLE) {
            return false;
        }
        try {
            SymbolLookup _ = SymbolLookup.libraryLookup(library, Arena.global());
            return true;
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    private static String oldestDriver(int cuda) {
        return switch (cuda) {
            case 11 -> "450.80.02";
            case 12 -> "525.60.13";
            case 13 -> "580.65.06";
            default -> "that for CUDA " + cuda;
        };
    }

    private static String seen(GpuDriver.Present driver) {
        if (driver.visible().isEmpty()) {
            return "no GPU";
        }
        List<String> names = new ArrayList<>();
        for (Gpu gpu : driver.visible()) {
            names.add("cuda:" + names.size() + " (" + gpu.name() + ")");
        }
        return String.join(", ", names);
    }
}
