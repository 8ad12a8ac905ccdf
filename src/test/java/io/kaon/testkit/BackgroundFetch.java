package io.kaon.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kaon.model.ServingException;
import io.kaon.storage.ModelStore;
import io.kaon.storage.StoredVersion;
import io.kaon.storage.Transfer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/// A fetch on a thread of its own, with which something happens meanwhile.
public final class BackgroundFetch {
    private BackgroundFetch() {}

    public static Future<?> begin(ModelStore store, StoredVersion version, Path into, Transfer transfer) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                store.fetch(version, into, transfer);
                done.complete(null);
            } catch (IOException | RuntimeException | Error failure) {
                done.completeExceptionally(failure);
            }
        });
        return done;
    }

    /// Why it failed, which it does within that time.
    public static ServingException failure(Future<?> fetch, Duration within) {
        ExecutionException failed =
                catchThrowableOfType(ExecutionException.class, () -> fetch.get(within.toSeconds(), TimeUnit.SECONDS));
        assertThat(failed).as("the fetch fails").isNotNull();
        if (failed.getCause() instanceof ServingException failure) {
            return failure;
        }
        throw new AssertionError("another failure than of storage", failed);
    }

    /// Tells when so many bytes have come.
    public static final class Awaited extends Transfer {
        private final long wanted;
        private final CountDownLatch come = new CountDownLatch(1);

        public Awaited(long wanted) {
            this.wanted = wanted;
        }

        @Override
        public void add(long more) {
            super.add(more);
            if (bytes() >= wanted) {
                come.countDown();
            }
        }

        public void await() throws InterruptedException {
            come.await();
        }
    }
}
