package io.kaon.app.config;

import io.kaon.config.OptionRanges;
import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// `kaon.engine.*`: sessions of the inference engines.
public interface EngineConfig extends DeviceConfig {
    /// Threads that share one operator; by default one, or as many as there are processors for heavy models that
    /// gain by it.
    Optional<@WithConverter(OptionRanges.Count.class) Integer> intraOpThreads();

    /// By model: what differs for it.
    Map<String, OfModel> models();

    /// Threads that run independent operators at the same time.
    @WithDefault("1")
    @WithConverter(OptionRanges.Count.class)
    int interOpThreads();

    /// Tags of the graph of a SavedModel that is loaded: the one that has exactly these.
    @WithDefault("serve")
    Set<String> savedModelTags();

    CudaOfAll cuda();

    /// What differs for the sessions of one model.
    interface OfModel extends DeviceConfig {
        /// Threads that share one operator.
        Optional<@WithConverter(OptionRanges.Count.class) Integer> intraOpThreads();

        Cuda cuda();
    }

    /// `kaon.engine.cuda.*`: GPUs of NVIDIA's.
    interface CudaOfAll extends DeviceConfig.Cuda {
        /// That all sessions on a device may take together, of each device.
        Optional<@WithConverter(OptionRanges.Bytes.class) MemorySize> memoryBudget();
    }
}
