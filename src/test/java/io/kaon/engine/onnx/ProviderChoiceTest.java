package io.kaon.engine.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import io.kaon.engine.CudaSettings;
import io.kaon.engine.CudaSettings.ArenaGrowth;
import io.kaon.engine.CudaSettings.CudnnSearch;
import io.kaon.engine.ExecutionProvider;
import io.kaon.engine.ProviderSettings;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

final class ProviderChoiceTest {
    private static final OptionalLong NO_LIMIT = OptionalLong.empty();

    private static Map<String, String> cuda(CudaSettings cuda) {
        return choice(ExecutionProvider.CUDA, cuda).options();
    }

    private static ProviderChoice choice(ExecutionProvider provider, CudaSettings cuda) {
        return ProviderChoice.of(provider, new ProviderSettings(List.of(), cuda, Map.of("trt_fp16_enable", "1")), 2);
    }

    private static CudaSettings with(Optional<ArenaGrowth> arena, Optional<CudnnSearch> search) {
        return new CudaSettings(NO_LIMIT, arena, search, Optional.empty(), false, Map.of());
    }

    @Test
    void tellsTheDeviceAloneWhereNothingIsSet() {
        assertThat(cuda(CudaSettings.defaults())).isEqualTo(Map.of("device_id", "2"));
    }

    @Test
    void saysEachOptionInOnnxRuntimesWords() {
        CudaSettings all = new CudaSettings(
                OptionalLong.of(4L << 30),
                Optional.of(ArenaGrowth.SAME_AS_REQUESTED),
                Optional.of(CudnnSearch.HEURISTIC),
                Optional.of(false),
                true,
                Map.of("prefer_nhwc", "1"));
        assertThat(cuda(all))
                .isEqualTo(Map.of(
                        "device_id", "2",
                        "gpu_mem_limit", "4294967296",
                        "arena_extend_strategy", "kSameAsRequested",
                        "cudnn_conv_algo_search", "HEURISTIC",
                        "use_tf32", "0",
                        "enable_cuda_graph", "1",
                        "prefer_nhwc", "1"));
    }

    @Test
    void knowsEveryWayOfGrowthAndSearch() {
        assertThat(cuda(with(Optional.of(ArenaGrowth.NEXT_POWER_OF_TWO), Optional.empty())))
                .containsEntry("arena_extend_strategy", "kNextPowerOfTwo");
        for (CudnnSearch search : CudnnSearch.values()) {
            assertThat(cuda(with(Optional.empty(), Optional.of(search))))
                    .containsEntry("cudnn_conv_algo_search", search.name());
        }
        CudaSettings rounded =
                new CudaSettings(NO_LIMIT, Optional.empty(), Optional.empty(), Optional.of(true), false, Map.of());
        assertThat(cuda(rounded)).containsEntry("use_tf32", "1");
    }

    @Test
    void letsAnOptionInOnnxRuntimesWordsHaveTheLast() {
        CudaSettings both = new CudaSettings(
                OptionalLong.of(1),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                false,
                Map.of("gpu_mem_limit", "2"));
        assertThat(cuda(both)).containsEntry("gpu_mem_limit", "2");
    }

    @Test
    void tellsTensorrtItsOwnOptionsAndOthersNone() {
        assertThat(choice(ExecutionProvider.TENSORRT, CudaSettings.defaults()).options())
                .isEqualTo(Map.of("device_id", "2", "trt_fp16_enable", "1"));
        assertThat(choice(ExecutionProvider.ROCM, CudaSettings.defaults()).options())
                .isEqualTo(Map.of("device_id", "2"));
        assertThat(choice(ExecutionProvider.XNNPACK, CudaSettings.defaults()).options())
                .isEmpty();
    }

    @Test
    void recognisesReplayedRuns() {
        assertThat(choice(ExecutionProvider.CUDA, CudaSettings.defaults()).replays())
                .isFalse();
        for (String option : List.of("enable_cuda_graph", "trt_cuda_graph_enable")) {
            assertThat(new ProviderChoice(ExecutionProvider.CUDA, Map.of(option, "1")).replays())
                    .isTrue();
            assertThat(new ProviderChoice(ExecutionProvider.CUDA, Map.of(option, "True")).replays())
                    .isTrue();
            assertThat(new ProviderChoice(ExecutionProvider.CUDA, Map.of(option, "0")).replays())
                    .isFalse();
        }
    }
}
