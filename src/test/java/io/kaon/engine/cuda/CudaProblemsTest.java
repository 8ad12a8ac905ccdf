package io.kaon.engine.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class CudaProblemsTest {
    private static final String ENGINE = "ONNX Runtime 1.29.0";
    private static final List<String> NEEDED = List.of(
            "libcublasLt.so.12", "libcublas.so.12", "libcurand.so.10", "libcudart.so.12", "libcuda.so.1", "libm.so.6");
    private static final GpuDriver.Present TWO = new GpuDriver.Present(
            "580.65.06", 13000, List.of(new Gpu("NVIDIA H200", "GPU-a"), new Gpu("NVIDIA L4", "GPU-b")));

    @Test
    void saysHowToGetEachMissingLibraryByPackage() {
        assertThat(CudaProblems.ofLibraries(ENGINE, NEEDED, 12, Set.of("libm.so.6", "libcublas.so.12")::contains))
                .containsExactly(
                        "libcublasLt.so.12 is not found: install libcublas-12-9 (apt) or nvidia-cublas-cu12 (pip)",
                        "libcurand.so.10 is not found: install libcurand-12-9 (apt) or nvidia-curand-cu12 (pip)",
                        "libcudart.so.12 is not found: install cuda-cudart-12-9 (apt) or nvidia-cuda-runtime-cu12 (pip)",
                        "ONNX Runtime 1.29.0 needs such libraries of CUDA 12 where the loader finds them, by ldconfig or"
                                + " in a folder that LD_LIBRARY_PATH names");
        assertThat(CudaProblems.ofLibraries(ENGINE, NEEDED, 12, _ -> true)).isEmpty();
    }

    @Test
    void namesThePackagesOfTheVersionOfCudaThatIsNeeded() {
        assertThat(CudaProblems.ofLibraries(ENGINE, List.of("libcublas.so.13"), 13, _ -> false))
                .first()
                .asString()
                .contains("libcublas-13-0 (apt)", "nvidia-cublas (pip)");
        assertThat(CudaProblems.ofLibraries(ENGINE, List.of("libcudnn.so.9"), 13, _ -> false))
                .first()
                .asString()
                .contains("libcudnn9-cuda-13 (apt)", "nvidia-cudnn-cu13 (pip)");
        assertThat(CudaProblems.ofLibraries(ENGINE, List.of("libnvinfer.so.10"), 12, _ -> false))
                .first()
                .asString()
                .contains("libnvinfer10 (apt)", "tensorrt-cu12-libs (pip)");
        assertThat(CudaProblems.ofLibraries(ENGINE, List.of("libother.so.3"), 12, _ -> false))
                .first()
                .asString()
                .endsWith("install it from the system's packages");
    }

    @Test
    void readsTheVersionOfCudaFromTheNamesOfLibraries() {
        assertThat(CudaProblems.cudaOf(NEEDED, 1)).isEqualTo(12);
        assertThat(CudaProblems.cudaOf(List.of("libcudart.so.13"), 1)).isEqualTo(13);
        assertThat(CudaProblems.cudaOf(List.of("libm.so.6", "libcudart.so.x"), 12))
                .isEqualTo(12);
        assertThat(CudaProblems.has(13, Set.of("libcublasLt.so.13")::contains)).isTrue();
        assertThat(CudaProblems.has(12, Set.of("libcublasLt.so.13")::contains)).isFalse();
    }

    @Test
    void saysWhatAContainerLacksWhereThereIsNoDriver() {
        assertThat(CudaProblems.ofDriver(new GpuDriver.Absent("libnvidia-ml.so.1 cannot be loaded"), ENGINE, 12, 0))
                .containsExactly("no NVIDIA driver is found (libnvidia-ml.so.1 cannot be loaded): ONNX Runtime 1.29.0"
                        + " needs one for CUDA 12; install it, and start a container with the machine's GPUs (docker"
                        + " run --gpus all, podman run --device nvidia.com/gpu=all, or nvidia.com/gpu in a pod's"
                        + " limits)");
    }

    @Test
    void saysWhichDriverIsNewEnough() {
        GpuDriver old = new GpuDriver.Present("470.256.02", 11040, TWO.visible());
        assertThat(CudaProblems.ofDriver(old, ENGINE, 12, 0))
                .containsExactly("the NVIDIA driver 470.256.02 runs CUDA up to 11.4, and ONNX Runtime 1.29.0 needs"
                        + " CUDA 12: install a driver from 525.60.13 on");
        assertThat(CudaProblems.ofDriver(old, ENGINE, 11, 0)).isEmpty();
        assertThat(CudaProblems.ofDriver(TWO, ENGINE, 13, 1)).isEmpty();
    }

    @Test
    void saysWhichDevicesThereAreInsteadOfTheOneThatIsNamed() {
        assertThat(CudaProblems.ofDriver(TWO, ENGINE, 12, 2))
                .containsExactly("cuda:2 is not there: this process sees cuda:0 (NVIDIA H200), cuda:1 (NVIDIA L4);"
                        + " name one of them, or look at CUDA_VISIBLE_DEVICES and at what the container is given");
        assertThat(CudaProblems.ofDriver(new GpuDriver.Present("580.65.06", 13000, List.of()), ENGINE, 12, 0))
                .singleElement()
                .asString()
                .startsWith("cuda:0 is not there: this process sees no GPU;");
    }

    @Test
    void asksTheLoaderOfTheSystem() {
        assertThat(CudaProblems.loads("libkaon-has-no-such-library.so.1")).isFalse();
    }
}
