package io.kaon.app.config;

import io.kaon.config.OptionRanges;
import io.kaon.engine.CudaSettings;
import io.kaon.engine.Device;
import io.kaon.engine.ExecutionProvider;
import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.WithConverter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.config.spi.Converter;
import org.jspecify.annotations.Nullable;

/// `kaon.engine.*` and `kaon.engine.models.NAME.*`: where sessions are computed, and by what.
public interface DeviceConfig {
    /// `auto`, `cpu`, `cuda` or `cuda:N`.
    Optional<@WithConverter(DeviceText.class) Device> device();

    /// ONNX Runtime's execution providers, in the order in which they are offered an operator.
    Optional<List<ExecutionProvider>> providers();

    Tensorrt tensorrt();

    /// `tensorrt.*`: the provider of that name.
    interface Tensorrt {
        /// By ONNX Runtime's own names, such as `trt_fp16_enable`.
        Map<String, String> options();
    }

    /// `cuda.*`: sessions on a GPU of NVIDIA's.
    interface Cuda {
        /// That a session's arena on the device may take.
        Optional<@WithConverter(OptionRanges.Bytes.class) MemorySize> memoryLimit();

        /// How that arena grows.
        Optional<CudaSettings.ArenaGrowth> arena();

        /// How cuDNN's algorithm of a convolution is chosen.
        Optional<CudaSettings.CudnnSearch> cudnnSearch();

        /// Whether multiplications of FLOAT may be rounded.
        Optional<Boolean> tf32();

        /// Whether a run is recorded and replayed.
        Optional<Boolean> graphs();

        /// By ONNX Runtime's own names, such as `prefer_nhwc`.
        Map<String, String> options();
    }

    /// Public because the configuration library makes it.
    final class DeviceText implements Converter<Device> {
        private static final long serialVersionUID = 1;

        @Override
        public @Nullable Device convert(String text) {
            return text.isEmpty() ? null : Device.parse(text.strip());
        }
    }
}
