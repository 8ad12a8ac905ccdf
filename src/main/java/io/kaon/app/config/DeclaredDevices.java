package io.kaon.app.config;

import io.kaon.engine.CudaSettings;
import io.kaon.engine.Device;
import io.kaon.engine.ProviderSettings;
import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.quarkus.runtime.configuration.MemorySize;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/// Where sessions are to be computed, as the configuration says: what it says of one model is stronger than what it
/// says of all, option by option.
final class DeclaredDevices {
    private DeclaredDevices() {}

    static Device device(EngineConfig all) {
        return all.device().orElse(Device.AUTO);
    }

    static Device device(EngineConfig all, EngineConfig.OfModel own) {
        return own.device().orElse(device(all));
    }

    static ProviderSettings providers(EngineConfig all) {
        return new ProviderSettings(
                all.providers().orElse(List.of()),
                cuda(all.cuda(), all.cuda()),
                joined(Map.of(), all.tensorrt().options()));
    }

    static ProviderSettings providers(EngineConfig all, EngineConfig.OfModel own) {
        return new ProviderSettings(
                own.providers().or(all::providers).orElse(List.of()),
                cuda(all.cuda(), own.cuda()),
                joined(all.tensorrt().options(), own.tensorrt().options()));
    }

    private static CudaSettings cuda(DeviceConfig.Cuda all, DeviceConfig.Cuda own) {
        Optional<MemorySize> limit = own.memoryLimit().or(all::memoryLimit);
        return new CudaSettings(
                limit.isPresent() ? OptionalLong.of(limit.get().asLongValue()) : OptionalLong.empty(),
                own.arena().or(all::arena),
                own.cudnnSearch().or(all::cudnnSearch),
                own.tf32().or(all::tf32),
                own.graphs().or(all::graphs).orElse(false),
                joined(all.options(), own.options()));
    }

    /// ONNX Runtime's names have underscores where they have anything. A variable of the environment cannot say
    /// which of its own are meant, and is read with dots.
    private static Map<String, String> joined(Map<String, String> all, Map<String, String> own) {
        Map<String, String> joined = new HashMap<>();
        for (Map<String, String> options : List.of(all, own)) {
            for (Map.Entry<String, String> option : options.entrySet()) {
                joined.put(option.getKey().replace('.', '_'), option.getValue());
            }
        }
        return joined;
    }

    /// @throws ServingException INVALID_REQUEST with a line for each set of options that do not go together
    static void refuseContradictions(EngineConfig config) {
        List<String> problems = new ArrayList<>();
        for (String wrong : providers(config).contradictions(device(config))) {
            problems.add("kaon.engine: " + wrong);
        }
        for (Map.Entry<String, EngineConfig.OfModel> model : new TreeMap<>(config.models()).entrySet()) {
            EngineConfig.OfModel own = model.getValue();
            for (String wrong : providers(config, own).contradictions(device(config, own))) {
                problems.add("kaon.engine.models." + model.getKey() + ": " + wrong);
            }
        }
        if (!problems.isEmpty()) {
            throw new ServingException(ErrorKind.INVALID_REQUEST, String.join("\n", problems));
        }
    }
}
