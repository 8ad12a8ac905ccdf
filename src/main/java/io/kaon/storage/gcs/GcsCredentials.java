package io.kaon.storage.gcs;

import java.nio.file.Path;

/// By what right requests are made. Texts show no secret.
public sealed interface GcsCredentials {
    /// Google's application default credentials: what `GOOGLE_APPLICATION_CREDENTIALS` names, what `gcloud auth
    /// application-default login` has left, or the service account of the machine or pod.
    record Found() implements GcsCredentials {
        @Override
        public String toString() {
            return "those that the environment offers";
        }
    }

    /// A file, which is read again when it has changed.
    record File(Path path) implements GcsCredentials {
        @Override
        public String toString() {
            return "those in " + path;
        }
    }

    /// None.
    record Anonymous() implements GcsCredentials {
        @Override
        public String toString() {
            return "none";
        }
    }
}
