package io.kaon.app.config;

import io.kaon.batch.Merging;
import io.kaon.config.OptionRanges;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/// `kaon.batch.*`: where and when requests run.
public interface BatchConfig {
    /// Threads for runs that are too long for an event loop; by default one per processor.
    Optional<@WithConverter(OptionRanges.Count.class) Integer> lanes();

    /// Requests per model version that may wait for a lane; more are refused.
    @WithDefault("1000")
    @WithConverter(OptionRanges.Count.class)
    int queue();

    /// Whether requests are merged: where a signature has shown that its rows do not touch each other, wherever the
    /// first dimensions may have any size, or nowhere.
    @WithDefault("auto")
    Merging.Rule merge();

    /// By model: what differs for it.
    Map<String, OfModel> models();

    /// A file with the text form of TensorFlow Serving's `BatchingParameters`: it says how requests are merged,
    /// and how many may wait, in place of the options here.
    Optional<String> parametersFile();

    /// Whether a file of that kind, `batching_params.pbtxt` in a version's directory, does so for its model.
    @WithDefault("false")
    boolean perModelParameters();

    /// Rows of a batch at most; fewer where more do not pay.
    @WithDefault("256")
    @WithConverter(OptionRanges.Count.class)
    int maxRows();

    /// How long a request waits for others to fill its batch; with 0 only those are merged that are there
    /// anyway.
    @WithDefault("0s")
    @WithConverter(OptionRanges.Wait.class)
    Duration maxDelay();

    /// Runs that are expected to take no longer happen on the connection's event loop.
    @WithDefault("PT0.0002S")
    @WithConverter(OptionRanges.Wait.class)
    Duration inlineBudget();

    /// What differs for the requests of one model.
    interface OfModel {
        /// Whether they are merged.
        Merging.Rule merge();
    }
}
