package io.kaon.storage.gcs;

import com.google.auth.Retryable;
import com.google.cloud.storage.StorageException;
import io.kaon.model.ServingException;
import java.io.IOException;
import java.time.Duration;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/// Makes requests again that failed on their way, or that the server may answer later, with growing pauses. Google's
/// client does so by itself, but without an end where answers break off again and again while they are read, so it is
/// told not to.
///
/// Safe for use by several threads.
final class GcsAttempts {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(250);

    private final DoubleSupplier random;

    /// @param random from 0 to 1, so that requests which failed together are not made again together
    GcsAttempts(DoubleSupplier random) {
        this.random = random;
    }

    /// A request, from asking to the last byte of its answer.
    interface Request<T extends @Nullable Object> {
        T make() throws IOException;
    }

    /// @param most requests, with the first one
    <T extends @Nullable Object> T of(int most, Request<T> request) throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                return request.make();
            } catch (IOException | RuntimeException failure) {
                if (attempt == most || Thread.currentThread().isInterrupted() || !isWorthAskingAgain(failure)) {
                    throw failure;
                }
                pause(attempt, failure);
            }
        }
    }

    private void pause(int attempt, Exception failure) throws IOException {
        long most = FIRST_PAUSE.toMillis() << attempt;
        try {
            Thread.sleep(Math.round(most * (1 + random.getAsDouble()) / 2));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("the request was given up", failure);
        }
    }

    static boolean isWorthAskingAgain(Throwable failure) {
        boolean network = false;
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            switch (cause) {
                // Said already, or a file here that cannot be written.
                case ServingException _, IllegalStateException _ -> {
                    return false;
                }
                // Of those that give tokens.
                case Retryable token -> {
                    return token.isRetryable();
                }
                case StorageException answer
                when answer.getCode() > 0 -> {
                    return isTransient(answer.getCode());
                }
                case IOException _, StorageException _ -> network = true;
                default -> {}
            }
        }
        return network;
    }

    private static boolean isTransient(int status) {
        return status == 408 || status == 429 || (status >= 500 && status != 501);
    }
}
