package io.kaon.storage.gcs;

import io.kaon.config.OptionRanges;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;
import java.util.Map;

/// `kaon.gcs.*`: models in Google Cloud Storage.
public interface GcsConfig extends GcsAccess {
    /// By name of the model: what differs for it.
    Map<String, GcsAccess> models();

    /// Objects, or parts of large ones, that are fetched at the same time, of all versions together.
    @WithDefault("32")
    @WithConverter(OptionRanges.Count.class)
    int connections();

    /// Objects of one version beyond which it is refused.
    @WithDefault("100000")
    @WithConverter(OptionRanges.Count.class)
    int mostObjects();
}
