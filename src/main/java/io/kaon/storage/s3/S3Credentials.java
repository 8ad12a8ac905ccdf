package io.kaon.storage.s3;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// By what right requests are made. Texts show no secret.
public sealed interface S3Credentials {
    /// What the environment offers: variables, web identity, profile, containers' and instances' metadata.
    record Found() implements S3Credentials {
        @Override
        public String toString() {
            return "those that the environment offers";
        }
    }

    /// A section of files, which are read again when they have changed.
    ///
    /// @param file null for those of AWS's command line
    /// @param name null for `AWS_PROFILE`, or else `default`
    record Profile(@Nullable Path file, @Nullable String name) implements S3Credentials {
        @Override
        public String toString() {
            return "the profile " + (name == null ? "by default" : "`" + name + "`")
                    + (file == null ? "" : " of " + file);
        }
    }

    /// Keys that the options hold.
    record Keys(String id, String secret, @Nullable String token) implements S3Credentials {
        @Override
        public String toString() {
            return "the keys in the options";
        }
    }

    /// None: requests are not signed.
    record Anonymous() implements S3Credentials {
        @Override
        public String toString() {
            return "none";
        }
    }
}
