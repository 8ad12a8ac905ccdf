package io.kaon.engine.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OrtException;
import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CudaFailureTest {
    private static final String KERNEL =
            "Non-zero status code returned while running Conv node. Name:'c' Status" + " Message: ";
    private static final String PLACE =
            " ; GPU=0 ; hostname=pod-1 ; file=/src/core/providers/cuda/cuda_call.cc ; line=1 ; expr=cudaMalloc(&p, n); ";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CUDA failure 2: out of memory",
                "CUBLAS failure 3: CUBLAS_STATUS_ALLOC_FAILED",
                "CUDNN failure 2: CUDNN_STATUS_ALLOC_FAILED",
                "CUDNN failure 4002: CUDNN_STATUS_INTERNAL_ERROR_DEVICE_ALLOCATION_FAILED"
            })
    void knowsThatThereWasNoMemory(String words) {
        CudaFailure failure = CudaFailure.of(KERNEL + words + PLACE);
        assertThat(failure.kind()).isEqualTo(CudaFailure.Kind.MEMORY);
        assertThat(failure.words()).isEqualTo(KERNEL + words);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Failed to allocate memory for requested buffer of size 8589934592",
                "Available memory of 1024 is smaller than requested bytes of 4096"
            })
    void knowsTheWordsOfTheArena(String words) {
        assertThat(CudaFailure.of(KERNEL + words).kind()).isEqualTo(CudaFailure.Kind.MEMORY);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CUDA failure 700: an illegal memory access was encountered",
                "CUDA failure 710: device-side assert triggered",
                "CUDA failure 719: unspecified launch failure"
            })
    void knowsAfterWhatNoRunSucceedsAnyMore(String words) {
        assertThat(CudaFailure.of(KERNEL + words + PLACE).kind()).isEqualTo(CudaFailure.Kind.LOST);
    }

    @Test
    void takesAnythingElseForOneRunsOwnFault() {
        assertThat(CudaFailure.of(KERNEL + "indices element out of data bounds").kind())
                .isEqualTo(CudaFailure.Kind.OTHER);
        assertThat(CudaFailure.of("CUDA failure 98: invalid device function" + PLACE)
                        .kind())
                .isEqualTo(CudaFailure.Kind.OTHER);
        assertThat(CudaFailure.of("CUBLAS failure 14: the library failed" + PLACE)
                        .kind())
                .isEqualTo(CudaFailure.Kind.OTHER);
    }

    @Test
    void isOneRequestsFailureWithAHint() {
        ServingException full =
                OnnxErrors.ofRunOn("cuda:0", new OrtException(KERNEL + "CUDA failure 2: out of memory" + PLACE));
        assertThat(full.kind()).isEqualTo(ErrorKind.ENGINE_FAILED);
        assertThat(full)
                .hasMessageContaining("out of memory; cuda:0 has no memory left for this run: send fewer rows")
                .hasMessageContaining("kaon.engine.cuda.memory-limit");
        assertThat(full.getMessage()).doesNotContain("hostname", "cuda_call.cc");
    }

    @Test
    void isNoFaultOfTheRequestWhereCudaFails() {
        assertThat(OnnxErrors.ofRunOn("cuda:0", new OrtException(KERNEL + "CUDA failure 98: invalid" + PLACE))
                        .kind())
                .isEqualTo(ErrorKind.ENGINE_FAILED);
        assertThat(OnnxErrors.ofRunOn("cuda:0", new OrtException(KERNEL + "CUDA failure 700: illegal" + PLACE)))
                .hasMessageEndingWith(
                        "no run of this process succeeds on cuda:0 any more: the server must be started again");
        assertThat(OnnxErrors.ofRunOn("cuda:0", new OrtException(KERNEL + "indices element out of data bounds"))
                        .kind())
                .isEqualTo(ErrorKind.INVALID_REQUEST);
    }
}
