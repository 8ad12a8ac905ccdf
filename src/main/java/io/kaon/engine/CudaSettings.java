package io.kaon.engine;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// What the operator may set about sessions on a GPU of NVIDIA's. What is not set is the engine's own default.
///
/// @param memoryLimit bytes that a session's arena on the device may take
/// @param arena how that arena grows
/// @param cudnnSearch how cuDNN's algorithm of a convolution is chosen
/// @param tf32 whether multiplications of FLOAT may round their factors to 10 bits of mantissa
/// @param graphs whether a run is recorded once and then replayed
/// @param options further ones, by ONNX Runtime's own names
public record CudaSettings(
        OptionalLong memoryLimit,
        Optional<ArenaGrowth> arena,
        Optional<CudnnSearch> cudnnSearch,
        Optional<Boolean> tf32,
        boolean graphs,
        Map<String, String> options) {
    /// How a session's memory on the device grows.
    public enum ArenaGrowth {
        NEXT_POWER_OF_TWO,
        SAME_AS_REQUESTED
    }

    /// How the algorithm of a convolution is chosen, once for each shape of inputs.
    public enum CudnnSearch {
        EXHAUSTIVE,
        HEURISTIC,
        DEFAULT
    }

    public CudaSettings {
        options = Map.copyOf(options);
    }

    /// Nothing is set.
    public static CudaSettings defaults() {
        return new CudaSettings(
                OptionalLong.empty(), Optional.empty(), Optional.empty(), Optional.empty(), false, Map.of());
    }
}
