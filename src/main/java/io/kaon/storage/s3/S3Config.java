package io.kaon.storage.s3;

import io.kaon.config.OptionRanges;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;
import java.util.Map;
import java.util.Optional;

/// `kaon.s3.*`: models in S3.
public interface S3Config extends S3Access {
    /// By name of the model: what differs for it.
    Map<String, S3Access> models();

    /// Objects, or parts of large ones, that are fetched at the same time, of all versions together.
    @WithDefault("32")
    @WithConverter(OptionRanges.Count.class)
    int connections();

    /// Objects of one version beyond which it is refused.
    @WithDefault("100000")
    @WithConverter(OptionRanges.Count.class)
    int mostObjects();

    /// Certificates, as PEM, of the authorities that the servers' certificates come from, instead of the JDK's;
    /// by default what `AWS_CA_BUNDLE` says.
    Optional<String> caFile();
}
