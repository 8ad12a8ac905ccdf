package io.kaon.protocol.tfs;

import io.smallrye.config.WithDefault;
import java.util.List;
import java.util.Optional;

/// `kaon.admin.*`: changing what is served over the network.
public interface AdminConfig {
    /// Peers that may.
    @WithDefault("local")
    TfsReloadGuard.Access reload();

    /// What they must show.
    Optional<String> token();

    /// Where the models that they name must lie; by default anywhere.
    Optional<List<String>> allowedLocations();
}
