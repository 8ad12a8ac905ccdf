package io.kaon.app.config;

import java.util.Optional;

/// `kaon.model.*`: one model instead of a folder of models.
public interface SingleModelConfig {
    /// What clients call it.
    Optional<String> name();

    /// The directory of its versions: a path, or a location with a scheme.
    Optional<String> basePath();
}
