package io.kaon.engine.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kaon.engine.CudaSettings;
import io.kaon.engine.Device;
import io.kaon.engine.EngineSettings;
import io.kaon.engine.ExecutionProvider;
import io.kaon.engine.ProviderSettings;
import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class SessionPlanTest {
    private static final Set<ExecutionProvider> ON_CPU = EnumSet.of(ExecutionProvider.CPU, ExecutionProvider.XNNPACK);
    private static final Set<ExecutionProvider> ON_GPU =
            EnumSet.of(ExecutionProvider.CPU, ExecutionProvider.CUDA, ExecutionProvider.TENSORRT);

    private final List<String> asked = new ArrayList<>();
    private List<String> problems = List.of();

    private SessionPlan plan(Device device, Set<ExecutionProvider> built, ExecutionProvider... named) {
        ProviderSettings providers = new ProviderSettings(List.of(named), CudaSettings.defaults(), Map.of());
        return SessionPlan.of(
                EngineSettings.defaults().withDevice(device).withProviders(providers), built, (needed, index) -> {
                    asked.add(needed + " on " + index);
                    return problems;
                });
    }

    private void assertRefused(Device device, Set<ExecutionProvider> built, String why, ExecutionProvider... named) {
        assertThatThrownBy(() -> plan(device, built, named)).isInstanceOfSatisfying(ServingException.class, refused -> {
            assertThat(refused.kind()).isEqualTo(ErrorKind.UNSUPPORTED);
            assertThat(refused).hasMessage(why);
        });
    }

    @Test
    void asksNothingOfTheMachineWhereTheBuildHasNoCuda() {
        SessionPlan plan = plan(Device.AUTO, ON_CPU);
        assertThat(plan).isSameAs(SessionPlan.ORDINARY);
        assertThat(plan.device()).isEqualTo("cpu");
        assertThat(plan.notice()).isNull();
        assertThat(plan(Device.CPU, ON_GPU)).isSameAs(SessionPlan.ORDINARY);
        assertThat(asked).isEmpty();
    }

    @Test
    void takesTheFirstGpuWhereNothingIsInTheWay() {
        SessionPlan plan = plan(Device.AUTO, ON_GPU);
        assertThat(plan.providers())
                .containsExactly(new ProviderChoice(ExecutionProvider.CUDA, Map.of("device_id", "0")));
        assertThat(plan.device()).isEqualTo("cuda:0");
        assertThat(plan.gpu()).isZero();
        assertThat(plan.hasDeviceArena()).isTrue();
        assertThat(asked).containsExactly("[CUDA] on 0");
    }

    @Test
    void fallsBackToTheProcessorAndSaysWhy() {
        problems = List.of("no driver", "no libcublas.so.12");
        SessionPlan plan = plan(Device.AUTO, ON_GPU, ExecutionProvider.CUDA, ExecutionProvider.CPU);
        assertThat(plan.device()).isEqualTo("cpu");
        assertThat(plan.gpu()).isNull();
        assertThat(plan.providers()).containsExactly(new ProviderChoice(ExecutionProvider.CPU, Map.of()));
        assertThat(plan.notice())
                .isEqualTo("it runs on the processor, although this build has CUDA: no driver; no libcublas.so.12;"
                        + " kaon.engine.device=cpu says that this is meant");
        assertThat(plan.hasDeviceArena()).isFalse();
    }

    @Test
    void refusesTheGpuThatIsNamedWhereItCannotBeUsed() {
        problems = List.of("no driver", "no libcublas.so.12");
        assertRefused(new Device.Cuda(1), ON_GPU, "the device cuda:1 cannot be used: no driver; no libcublas.so.12");
        assertThat(asked).containsExactly("[CUDA] on 1");
    }

    @Test
    void takesTheGpuThatIsNamed() {
        SessionPlan plan = plan(
                new Device.Cuda(3), ON_GPU, ExecutionProvider.TENSORRT, ExecutionProvider.CUDA, ExecutionProvider.CPU);
        assertThat(plan.providers())
                .containsExactly(
                        new ProviderChoice(ExecutionProvider.TENSORRT, Map.of("device_id", "3")),
                        new ProviderChoice(ExecutionProvider.CUDA, Map.of("device_id", "3")),
                        new ProviderChoice(ExecutionProvider.CPU, Map.of()));
        assertThat(plan.device()).isEqualTo("cuda:3");
        assertThat(plan).hasToString("[tensorrt{device_id=3}, cuda{device_id=3}, cpu] on cuda:3");
        assertThat(asked).containsExactly("[TENSORRT, CUDA] on 3");
    }

    @Test
    void namesTheProfileAndTheImageWhereTheBuildHasNoCuda() {
        assertRefused(
                new Device.Cuda(0),
                ON_CPU,
                "this build of ONNX Runtime has no cuda: it has cpu, xnnpack; build with the Maven profile `gpu`"
                        + " (./kaon build -Pgpu), or use an image whose tag ends in `-gpu`");
        assertThat(asked).isEmpty();
    }

    @Test
    void refusesProvidersThatTheBuildLacksAndSaysWhichItHas() {
        assertRefused(
                Device.AUTO,
                ON_CPU,
                "this build of ONNX Runtime has no dnnl, openvino: it has cpu, xnnpack",
                ExecutionProvider.DNNL,
                ExecutionProvider.OPENVINO);
    }

    @Test
    void takesOtherProvidersByName() {
        SessionPlan plan = plan(Device.CPU, ON_CPU, ExecutionProvider.XNNPACK, ExecutionProvider.CPU);
        assertThat(plan.providers())
                .extracting(ProviderChoice::provider)
                .containsExactly(ExecutionProvider.XNNPACK, ExecutionProvider.CPU);
        assertThat(plan.device()).isEqualTo("cpu");
        assertThat(plan(Device.AUTO, EnumSet.of(ExecutionProvider.ROCM), ExecutionProvider.ROCM)
                        .device())
                .isEqualTo("rocm");
        assertThat(asked).isEmpty();
    }

    @Test
    void refusesReplayedRunsThatWouldAnswerWithTheFirstInputs() {
        CudaSettings defaults = CudaSettings.defaults();
        CudaSettings replaying = new CudaSettings(
                defaults.memoryLimit(), defaults.arena(), defaults.cudnnSearch(), defaults.tf32(), true, Map.of());
        EngineSettings settings =
                EngineSettings.defaults().withProviders(new ProviderSettings(List.of(), replaying, Map.of()));
        assertThatThrownBy(() -> SessionPlan.of(settings, ON_GPU, (_, _) -> List.of()))
                .isInstanceOf(ServingException.class)
                .hasMessageStartingWith("CUDA graphs replay a run over inputs and outputs that are bound")
                .hasMessageEndingWith("leave out cuda.graphs, enable_cuda_graph and trt_cuda_graph_enable");
    }

    @Test
    void saysWhyOnnxRuntimeCouldNotMakeASessionOnTheGpu() {
        SessionPlan plan = plan(Device.AUTO, ON_GPU)
                .withoutGpu("CUDA failure 100: no CUDA-capable device is detected ; GPU=0 ; hostname=h ; file=f");
        assertThat(plan.notice())
                .isEqualTo("it runs on the processor, because ONNX Runtime cannot make it on cuda:0: CUDA failure 100:"
                        + " no CUDA-capable device is detected");
        assertThat(plan.device()).isEqualTo("cpu");
    }
}
