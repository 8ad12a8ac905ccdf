package io.kaon.engine;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// What the operator may set about what computes a session's operators.
///
/// @param providers ONNX Runtime's, in the order in which they are offered an operator; empty for what suits the device
/// @param cuda of sessions on a GPU
/// @param tensorrt options of that provider, by ONNX Runtime's own names
public record ProviderSettings(List<ExecutionProvider> providers, CudaSettings cuda, Map<String, String> tensorrt) {
    private static final String DEVICE_ID = "device_id";

    public ProviderSettings {
        providers = List.copyOf(providers);
        tensorrt = Map.copyOf(tensorrt);
    }

    /// Nothing is set.
    public static ProviderSettings defaults() {
        return new ProviderSettings(List.of(), CudaSettings.defaults(), Map.of());
    }

    /// What of this does not go together, also with the device; empty if all does.
    public List<String> contradictions(Device device) {
        if (providers.isEmpty() && cuda.options().isEmpty() && tensorrt.isEmpty()) {
            return List.of();
        }
        boolean gpu = providers.stream().anyMatch(ExecutionProvider::isCuda);
        String names =
                String.join(",", providers.stream().map(ExecutionProvider::text).toList());
        String wrong = switch (device) {
            case Device.Cpu _
            when gpu ->
                "the device cpu and the providers " + names + ": set the device to auto or cuda, or leave out"
                        + " cuda and tensorrt";
            case Device.Cuda _
            when !gpu && !providers.isEmpty() ->
                "the device " + device + " and the providers " + names + ": add cuda to them";
            case Device.Auto _, Device.Cpu _, Device.Cuda _ -> "";
        };
        String repeated = providers.stream().distinct().count() == providers.size()
                ? ""
                : "the providers " + names + " name one twice";
        String moved = cuda.options().containsKey(DEVICE_ID) || tensorrt.containsKey(DEVICE_ID)
                ? "the option " + DEVICE_ID + " is set by the device: set that to cuda:N instead"
                : "";
        return Stream.of(wrong, repeated, moved)
                .filter(problem -> !problem.isEmpty())
                .toList();
    }
}
