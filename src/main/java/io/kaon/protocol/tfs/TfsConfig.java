package io.kaon.protocol.tfs;

import io.smallrye.config.WithDefault;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// `kaon.tfs.*`: TensorFlow Serving's API.
public interface TfsConfig {
    /// What becomes of values that the type of their input cannot hold: changed as TensorFlow Serving changes
    /// them, or refused.
    @WithDefault("reference")
    Coercion coercion();

    /// By model: which outputs classify and regress answer with, where their names and shapes do not tell.
    Map<String, Outputs> outputs();

    /// A file with the text form of TensorFlow Serving's `MonitoringConfig`; it overrides the path.
    Optional<String> monitoringConfig();

    /// Where the REST port shows metrics under TensorFlow Serving's names; nowhere if it is empty.
    @WithDefault(TfsMetricsRest.DEFAULT_PATH)
    Optional<String> metricsPath();

    /// What the outputs of one model mean.
    interface Outputs {
        /// The output with a score per class.
        Optional<String> scores();

        /// The output with the classes.
        Optional<String> classes();

        /// The output with the value of a regression.
        Optional<String> value();

        /// Names of the classes, in the order of the scores' columns.
        Optional<List<String>> labels();
    }
}
