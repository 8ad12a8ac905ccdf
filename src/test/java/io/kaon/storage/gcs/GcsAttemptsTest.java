package io.kaon.storage.gcs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.cloud.storage.StorageException;
import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// Which requests are made again, and how often.
final class GcsAttemptsTest {
    private final GcsAttempts attempts = new GcsAttempts(() -> 0);
    private final AtomicInteger made = new AtomicInteger();

    private Throwable failing(int most, Exception failure) {
        return catchThrowable(() -> attempts.of(most, () -> {
            made.incrementAndGet();
            if (failure instanceof IOException network) {
                throw network;
            }
            throw (RuntimeException) failure;
        }));
    }

    @Test
    void makesARequestAgainAfterAFailureOfTheNetworkOrTheServerButNotForEver() {
        for (Exception failure : new Exception[] {
            new IOException("reset"),
            new IOException(new StorageException(503, "busy")),
            new StorageException(429, "busy"),
            new StorageException(new SocketTimeoutException("silent"))
        }) {
            made.set(0);
            assertThat(failing(2, failure)).isSameAs(failure);
            assertThat(made).as(failure.toString()).hasValue(2);
        }
    }

    @Test
    void makesARequestOnceThatIsRefused() {
        for (Exception failure : new Exception[] {
            new StorageException(403, "forbidden"),
            new IOException(new StorageException(404, "gone")),
            new IOException(new ServingException(ErrorKind.CANCELLED, "given up")),
            new IllegalStateException("cannot be written", new IOException("full"))
        }) {
            made.set(0);
            assertThat(failing(2, failure)).isSameAs(failure);
            assertThat(made).as(failure.toString()).hasValue(1);
        }
    }

    @Test
    void asksNoMoreOnAThreadThatIsInterrupted() {
        Thread.currentThread().interrupt();
        assertThat(failing(6, new IOException("closed by interrupt"))).isNotNull();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(made).hasValue(1);
    }
}
