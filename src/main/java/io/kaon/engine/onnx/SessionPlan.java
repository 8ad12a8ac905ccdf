package io.kaon.engine.onnx;

import io.kaon.engine.Device;
import io.kaon.engine.EngineSession;
import io.kaon.engine.EngineSettings;
import io.kaon.engine.ExecutionProvider;
import io.kaon.engine.ProviderSettings;
import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Where a session is to be computed, and by which execution providers, as far as settings, build and machine agree.
///
/// @param providers in the order in which they are offered an operator; what none of them takes goes to the processor
/// @param gpu the device of CUDA's that it takes memory of; null if none
/// @param notice what the operator might have expected otherwise, and why; null if nothing
record SessionPlan(
        List<ProviderChoice> providers,
        @Nullable Integer gpu,
        @Nullable String notice) {
    /// What every session of a build for the processor has, unless settings say otherwise.
    static final SessionPlan ORDINARY = new SessionPlan(List.of(), null, null);

    /// What a GPU would have to be asked.
    @FunctionalInterface
    interface Machine {
        /// @param providers those that compute there
        /// @return why they cannot, one sentence each; empty if they can
        List<String> problems(List<ExecutionProvider> providers, int device);
    }

    /// @param built what the build of ONNX Runtime has
    /// @param machine asked only where a GPU is wanted, or might be had
    /// @throws ServingException UNSUPPORTED, with the reason, if what was asked for cannot be had
    static SessionPlan of(EngineSettings settings, Set<ExecutionProvider> built, Machine machine) {
        ProviderSettings asked = settings.providers();
        List<ExecutionProvider> named = asked.providers();
        requireBuilt(named, built);
        return switch (settings.device()) {
            case Device.Cpu _ -> on(named, asked, null, null);
            case Device.Cuda(int index) -> {
                List<ExecutionProvider> wanted = named.isEmpty() ? List.of(ExecutionProvider.CUDA) : named;
                requireBuilt(wanted, built);
                List<String> problems = machine.problems(cudaOnes(wanted), index);
                if (!problems.isEmpty()) {
                    throw unsupported("the device " + settings.device() + " cannot be used: " + sentences(problems));
                }
                yield on(wanted, asked, index, null);
            }
            case Device.Auto _ -> auto(asked, built, machine);
        };
    }

    private static SessionPlan auto(ProviderSettings asked, Set<ExecutionProvider> built, Machine machine) {
        List<ExecutionProvider> named = asked.providers();
        List<ExecutionProvider> wanted =
                !named.isEmpty() || !built.contains(ExecutionProvider.CUDA) ? named : List.of(ExecutionProvider.CUDA);
        List<ExecutionProvider> onGpu = cudaOnes(wanted);
        if (onGpu.isEmpty()) {
            return on(wanted, asked, null, null);
        }
        List<String> problems = machine.problems(onGpu, 0);
        if (problems.isEmpty()) {
            return on(wanted, asked, 0, null);
        }
        List<ExecutionProvider> left =
                wanted.stream().filter(provider -> !provider.isCuda()).toList();
        return on(
                left,
                asked,
                null,
                "it runs on the processor, although this build has CUDA: " + sentences(problems)
                        + "; kaon.engine.device=cpu says that this is meant");
    }

    private static SessionPlan on(
            List<ExecutionProvider> providers, ProviderSettings asked, @Nullable Integer gpu, @Nullable String notice) {
        if (providers.isEmpty() && notice == null) {
            return ORDINARY;
        }
        List<ProviderChoice> choices = providers.stream()
                .map(provider -> ProviderChoice.of(provider, asked, gpu == null ? 0 : gpu))
                .toList();
        // Replaying looks at no inputs: it is made for those who bind memory of the device.
        if (choices.stream().anyMatch(ProviderChoice::replays)) {
            throw unsupported("CUDA graphs replay a run over inputs and outputs that are bound in the device's memory,"
                    + " which ONNX Runtime's Java interface cannot do: every request would get the first one's answer;"
                    + " leave out cuda.graphs, enable_cuda_graph and trt_cuda_graph_enable");
        }
        return new SessionPlan(choices, gpu, notice);
    }

    /// The same without a GPU, on which it could not be made.
    SessionPlan withoutGpu(String why) {
        List<ProviderChoice> left =
                providers.stream().filter(choice -> !choice.provider().isCuda()).toList();
        return new SessionPlan(
                left,
                null,
                "it runs on the processor, because ONNX Runtime cannot make it on " + device() + ": "
                        + CudaFailure.of(why).words());
    }

    /// What the status calls the device: that of the first provider which has its own.
    String device() {
        if (gpu != null) {
            return new Device.Cuda(gpu).toString();
        }
        for (ProviderChoice choice : providers) {
            if (choice.provider().isElsewhere()) {
                return choice.provider().text();
            }
        }
        return EngineSession.CPU;
    }

    /// Whether one of the arenas that a large run fills is on the device.
    boolean hasDeviceArena() {
        return gpu != null && providers.stream().anyMatch(choice -> choice.provider() == ExecutionProvider.CUDA);
    }

    private static List<ExecutionProvider> cudaOnes(List<ExecutionProvider> providers) {
        return providers.stream().filter(ExecutionProvider::isCuda).toList();
    }

    private static void requireBuilt(List<ExecutionProvider> providers, Set<ExecutionProvider> built) {
        List<ExecutionProvider> absent =
                providers.stream().filter(provider -> !built.contains(provider)).toList();
        if (!absent.isEmpty()) {
            throw unsupported("this build of ONNX Runtime has no " + names(absent) + ": it has "
                    + names(built.stream().sorted().toList())
                    + (cudaOnes(absent).isEmpty() ? "" : "; " + CudaCheck.HOW_TO_GET_IT));
        }
    }

    private static String names(List<ExecutionProvider> providers) {
        return providers.stream().map(ExecutionProvider::text).collect(Collectors.joining(", "));
    }

    private static String sentences(List<String> problems) {
        return String.join("; ", problems);
    }

    private static ServingException unsupported(String why) {
        return new ServingException(ErrorKind.UNSUPPORTED, why);
    }

    /// `cuda{device_id=0} on cuda:0`.
    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%s on %s", providers, device());
    }
}
