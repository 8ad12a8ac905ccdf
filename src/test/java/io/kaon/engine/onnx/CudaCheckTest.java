package io.kaon.engine.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import io.kaon.engine.ExecutionProvider;
import io.kaon.engine.cuda.Gpu;
import io.kaon.engine.cuda.GpuDriver;
import io.kaon.testkit.SharedLibrary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CudaCheckTest {
    private static final List<ExecutionProvider> CUDA = List.of(ExecutionProvider.CUDA);
    private static final GpuDriver DRIVER =
            new GpuDriver.Present("580.65.06", 13000, List.of(new Gpu("NVIDIA H200", "GPU-a")));

    @TempDir
    Path folder;

    private final Set<String> installed = new HashSet<>(
            Set.of("libcublasLt.so.12", "libcublas.so.12", "libcurand.so.10", "libcudart.so.12", "libcudnn.so.9"));

    @BeforeEach
    void providers() throws IOException {
        cudaProvider("12");
        SharedLibrary.linkedTo(
                folder.resolve("libonnxruntime_providers_tensorrt.so"), "libnvinfer.so.10", "libcudart.so.12");
    }

    private void cudaProvider(String version) throws IOException {
        SharedLibrary.linkedTo(
                folder.resolve("libonnxruntime_providers_cuda.so"),
                "libcublasLt.so." + version,
                "libcublas.so." + version,
                "libcurand.so.10",
                "libcudart.so." + version,
                "libcuda.so.1");
    }

    private CudaCheck check(String library, boolean noCudnn, @Nullable Path place) {
        return new CudaCheck("1.29.0", library, place, noCudnn, () -> DRIVER, installed::contains);
    }

    private List<String> problems() {
        return check("1.29.0", false, folder).problems(CUDA, 0);
    }

    @Test
    void findsNothingWrongWhereAllIsThere() {
        assertThat(problems()).isEmpty();
    }

    @Test
    void saysEverythingThatIsMissingAtOnce() {
        installed.removeAll(Set.of("libcublasLt.so.12", "libcurand.so.10"));
        assertThat(check("1.29.0", false, folder).problems(CUDA, 1))
                .satisfiesExactly(
                        device -> assertThat(device).startsWith("cuda:1 is not there"),
                        cublas -> assertThat(cublas).startsWith("libcublasLt.so.12 is not found"),
                        curand -> assertThat(curand).startsWith("libcurand.so.10 is not found"),
                        where -> assertThat(where).contains("libraries of CUDA 12 where the loader finds them"));
    }

    @Test
    void wantsCudnnUnlessItIsTurnedOff() {
        installed.remove("libcudnn.so.9");
        assertThat(problems())
                .hasSize(2)
                .first()
                .asString()
                .contains("libcudnn.so.9 is not found", "libcudnn9-cuda-12 (apt)", "nvidia-cudnn-cu12 (pip)");
        assertThat(check("1.29.0", true, folder).problems(CUDA, 0)).isEmpty();
    }

    @Test
    void looksAtTheLibrariesOfEachProvider() {
        assertThat(check("1.29.0", false, folder)
                        .problems(List.of(ExecutionProvider.TENSORRT, ExecutionProvider.CUDA), 0))
                .hasSize(2)
                .first()
                .asString()
                .startsWith("libnvinfer.so.10 is not found");
    }

    @Test
    void saysThatMachinesWithCuda13NeedOtherLibraries() {
        installed.removeAll(Set.of("libcublasLt.so.12", "libcublas.so.12", "libcudart.so.12"));
        installed.add("libcublasLt.so.13");
        assertThat(problems())
                .hasSize(5)
                .last()
                .asString()
                .isEqualTo("this machine has CUDA 13: instead of those of CUDA 12, take the libraries of PyPI's"
                        + " onnxruntime-gpu 1.29.0, which is made for CUDA 13, by ONNXRUNTIME_NATIVE_PATH (docs/gpu.md"
                        + " says how)");
    }

    @Test
    void readsFromTheLibraryWhichCudaItIsMadeFor() throws IOException {
        cudaProvider("13");
        installed.addAll(Set.of("libcublasLt.so.13", "libcublas.so.13", "libcudart.so.13"));
        assertThat(problems()).isEmpty();
        installed.remove("libcublas.so.13");
        assertThat(problems())
                .satisfiesExactly(
                        cublas -> assertThat(cublas).contains("libcublas.so.13 is not found", "nvidia-cublas (pip)"),
                        where -> assertThat(where).contains("libraries of CUDA 13 where"),
                        other -> assertThat(other).startsWith("this machine has CUDA 12: use the libraries that come"));
    }

    @Test
    void saysWhichFileIsMissingBesideTheLibrary() throws IOException {
        Path file = folder.resolve("libonnxruntime_providers_cuda.so");
        Files.delete(file);
        assertThat(problems())
                .containsExactly(file + " is not there, which ONNX Runtime 1.29.0 loads for cuda: copy it from where"
                        + " its libonnxruntime.so comes from");
        Files.writeString(file, "half of it".repeat(20));
        assertThat(problems())
                .first()
                .asString()
                .isEqualTo(file + " cannot be read: no ELF library of 64 bits; copy it again");
    }

    @Test
    void refusesALibraryOfAnotherVersionThanTheClasses() {
        assertThat(check("1.28.0", false, folder).problems(CUDA, 0))
                .containsExactly("onnxruntime.native.path leads to ONNX Runtime 1.28.0, and this build's classes are"
                        + " those of 1.29.0: put the libraries of 1.29.0 there");
    }

    @Test
    void looksAtTheDriverAndCudnnAloneWhereTheBindingUnpacksTheLibraries() {
        installed.clear();
        assertThat(check("1.29.0", false, null).problems(CUDA, 0))
                .hasSize(2)
                .first()
                .asString()
                .startsWith("libcudnn.so.9 is not found");
    }
}
