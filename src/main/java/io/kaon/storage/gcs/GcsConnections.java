package io.kaon.storage.gcs;

import com.google.api.client.http.javanet.NetHttpTransport;
import com.google.api.gax.retrying.BasicResultRetryAlgorithm;
import com.google.api.gax.retrying.ResultRetryAlgorithm;
import com.google.auth.Credentials;
import com.google.auth.oauth2.GoogleCredentials;
import com.google.cloud.NoCredentials;
import com.google.cloud.http.HttpTransportOptions;
import com.google.cloud.storage.Storage;
import com.google.cloud.storage.StorageOptions;
import com.google.cloud.storage.StorageRetryStrategy;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;

/// What all accounts share: the HTTP client, and a bound on what is fetched at once. Made when the first location in
/// Google Cloud Storage is asked for.
///
/// Of the ways to ask that Google's client knows, this is the JSON API over the JDK's own HTTP client, so that nothing
/// of gRPC is started. Safe for use by several threads.
final class GcsConnections {
    private static final Duration CONNECT = Duration.ofSeconds(5);

    /// No byte for so long: the request is made again, on another connection.
    private static final Duration SILENCE = Duration.ofSeconds(15);

    private static final String READ_ONLY = "https://www.googleapis.com/auth/devstorage.read_only";

    /// Nothing that is asked for belongs to a project. Without a name the client looks for one on the network.
    private static final String NO_PROJECT = "none";

    private final NetHttpTransport http = new NetHttpTransport();
    private final Semaphore fetches;

    /// @param connections that fetch at the same time
    GcsConnections(int connections) {
        this.fetches = new Semaphore(connections, true);
    }

    /// One for each object, or part of one, that is being fetched.
    Semaphore fetches() {
        return fetches;
    }

    /// A client of one account, which makes no request again by itself: see [io.kaon.storage.remote.Attempts].
    ///
    /// @throws IOException when there are no credentials, or they cannot be read
    Storage client(GcsAccount account) throws IOException {
        StorageOptions.Builder options = StorageOptions.http()
                .setProjectId(NO_PROJECT)
                .setCredentials(credentials(account.credentials()))
                .setStorageRetryStrategy(new Once())
                .setTransportOptions(HttpTransportOptions.newBuilder()
                        .setHttpTransportFactory(() -> http)
                        .setConnectTimeout(Math.toIntExact(CONNECT.toMillis()))
                        .setReadTimeout(Math.toIntExact(SILENCE.toMillis()))
                        .build());
        if (account.endpoint() != null) {
            options.setHost(account.endpoint().toString());
        }
        return options.build().getService();
    }

    /// Tokens that expire are renewed by what this gives.
    private Credentials credentials(GcsCredentials credentials) throws IOException {
        return switch (credentials) {
            case GcsCredentials.Found _ ->
                GoogleCredentials.getApplicationDefault(() -> http).createScoped(List.of(READ_ONLY));
            case GcsCredentials.File(Path path) -> {
                try (InputStream json = Files.newInputStream(path)) {
                    yield GoogleCredentials.fromStream(json, () -> http).createScoped(List.of(READ_ONLY));
                }
            }
            case GcsCredentials.Anonymous _ -> NoCredentials.getInstance();
        };
    }

    private static final class Once implements StorageRetryStrategy {
        private static final long serialVersionUID = 1;

        @Override
        public ResultRetryAlgorithm<?> getIdempotentHandler() {
            return new Never();
        }

        @Override
        public ResultRetryAlgorithm<?> getNonidempotentHandler() {
            return new Never();
        }
    }

    private static final class Never extends BasicResultRetryAlgorithm<Object> {
        @Override
        public boolean shouldRetry(Throwable failure, Object answer) {
            return false;
        }
    }
}
