package io.kaon.engine.onnx;

import io.kaon.engine.ExecutionProvider;
import io.kaon.engine.cuda.CudaProblems;
import io.kaon.engine.cuda.GpuDriver;
import io.kaon.engine.cuda.NeededLibraries;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Looks, before a session is made, whether ONNX Runtime can compute on a GPU here. It would say so itself, but only
/// of the first thing that is missing, and not what to do.
///
/// @param binding version of the Java classes
/// @param library version of the native library
/// @param folder where that and its providers lie; null where the binding unpacks them
/// @param noCudnn whether the operator has said that cuDNN is not to be used
/// @param driver asked once
/// @param loads whether the system's loader finds a library
record CudaCheck(
        String binding,
        String library,
        @Nullable Path folder,
        boolean noCudnn,
        Supplier<GpuDriver> driver,
        Predicate<? super String> loads)
        implements SessionPlan.Machine {
    /// Of builds without CUDA.
    static final String HOW_TO_GET_IT = System.getProperty("org.graalvm.nativeimage.imagecode") != null
            ? "the native executable serves on the processor: use the JVM image whose tag ends in `-gpu`, or the server"
                    + " that `./kaon build -Pgpu` makes"
            : "build with the Maven profile `gpu` (./kaon build -Pgpu), or use an image whose tag ends in `-gpu`";

    /// What the libraries in ONNX Runtime's jar are made for.
    private static final int JAR_CUDA = 12;

    /// Opened by name, without being linked: the one with which every version of CUDA that is known here works.
    private static final String CUDNN = "libcudnn.so.9";

    @Override
    public List<String> problems(List<ExecutionProvider> providers, int device) {
        String engine = "ONNX Runtime " + library;
        if (!library.equals(binding)) {
            return List.of("onnxruntime.native.path leads to " + engine + ", and this build's classes are those of "
                    + binding + ": put the libraries of " + binding + " there");
        }
        List<String> problems = new ArrayList<>();
        Set<String> needed = new LinkedHashSet<>();
        for (ExecutionProvider provider : providers) {
            needed.addAll(needed(provider, problems));
        }
        int cuda = CudaProblems.cudaOf(List.copyOf(needed), JAR_CUDA);
        List<String> missing = CudaProblems.ofLibraries(engine, List.copyOf(needed), cuda, loads);
        problems.addAll(CudaProblems.ofDriver(driver.get(), engine, cuda, device));
        problems.addAll(missing);
        if (!missing.isEmpty()) {
            problems.addAll(otherCuda(cuda));
        }
        return problems;
    }

    /// What a provider's library is linked to, and what it opens itself.
    private List<String> needed(ExecutionProvider provider, List<String> problems) {
        List<String> needed = new ArrayList<>();
        if (folder != null) {
            Path file = folder.resolve("libonnxruntime_providers_" + provider.text() + ".so");
            if (!Files.exists(file)) {
                problems.add(file + " is not there, which ONNX Runtime " + library + " loads for " + provider.text()
                        + ": copy it from where its libonnxruntime.so comes from");
                return List.of();
            }
            try {
                needed.addAll(NeededLibraries.of(file));
            } catch (IOException | ArithmeticException unreadable) {
                problems.add(file + " cannot be read: " + unreadable.getMessage() + "; copy it again");
            }
        }
        if (provider == ExecutionProvider.CUDA && !noCudnn) {
            needed.add(CUDNN);
        }
        return needed;
    }

    /// Machines often have one version of CUDA only, and ONNX Runtime is published for two.
    private List<String> otherCuda(int cuda) {
        int other = cuda == JAR_CUDA ? JAR_CUDA + 1 : JAR_CUDA;
        if (!CudaProblems.has(other, loads)) {
            return List.of();
        }
        return List.of(
                other == JAR_CUDA
                        ? "this machine has CUDA 12: use the libraries that come with this build, and leave out"
                                + " ONNXRUNTIME_NATIVE_PATH"
                        : "this machine has CUDA " + other + ": instead of those of CUDA " + cuda + ", take the"
                                + " libraries of PyPI's onnxruntime-gpu " + binding + ", which is made for CUDA "
                                + other + ", by ONNXRUNTIME_NATIVE_PATH (docs/gpu.md says how)");
    }
}
