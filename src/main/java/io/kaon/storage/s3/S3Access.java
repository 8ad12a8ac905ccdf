package io.kaon.storage.s3;

import io.smallrye.config.WithDefault;
import java.util.Optional;

/// Options that say which server is asked, and by what right: `kaon.s3.*` for all models, and
/// `kaon.s3.models.NAME.*` for one of them.
public interface S3Access {
    /// Where the buckets are; by default what `AWS_REGION` or the profile says, or else `us-east-1`, from where
    /// AWS tells the region of each bucket.
    Optional<String> region();

    /// Another server than Amazon's, such as `https://minio.example:9000`; by default what `AWS_ENDPOINT_URL_S3`
    /// or `AWS_ENDPOINT_URL` says.
    Optional<String> endpoint();

    /// Whether the bucket is part of the path instead of the host's name; by default if there is an endpoint.
    Optional<Boolean> pathStyle();

    /// Name of a profile in the files of AWS's command line.
    Optional<String> profile();

    /// A file in the form of `~/.aws/credentials`, such as a mounted Secret; read again when it has changed.
    Optional<String> credentialsFile();

    Optional<String> accessKeyId();

    Optional<String> secretAccessKey();

    Optional<String> sessionToken();

    /// Whether requests are not signed, for public buckets.
    @WithDefault("false")
    boolean anonymous();

    /// Whether requests are charged to this account instead of the owner of the bucket.
    @WithDefault("false")
    boolean requesterPays();
}
