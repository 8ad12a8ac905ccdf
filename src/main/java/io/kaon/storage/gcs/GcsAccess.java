package io.kaon.storage.gcs;

import io.smallrye.config.WithDefault;
import java.util.Optional;

/// Options that say which server is asked, and by what right: `kaon.gcs.*` for all models, and
/// `kaon.gcs.models.NAME.*` for one of them.
public interface GcsAccess {
    /// Another server than Google's, such as `http://localhost:4443`; by default what `STORAGE_EMULATOR_HOST` says.
    Optional<String> endpoint();

    /// A key of a service account, or a configuration of workload identity federation, as JSON, such as a mounted
    /// Secret; read again when it has changed.
    Optional<String> credentialsFile();

    /// Whether requests carry no credentials, for public buckets.
    @WithDefault("false")
    boolean anonymous();

    /// The project that requests are charged to, for buckets whose requester pays.
    Optional<String> userProject();
}
