package io.kaon.lifecycle.reconcile;

import io.kaon.lifecycle.load.LoadedVersion;
import io.kaon.model.ModelId;
import io.kaon.model.ServingException;
import io.kaon.model.VersionStatus;
import io.kaon.model.VersionStatus.Phase;
import io.kaon.storage.StoredVersion;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Where one version stands. A transition is a method on the state that it leaves, so one that does not exist
/// does not compile:
///
/// ```
/// Aspired ──► Loading ──► WarmingUp ──► Serving ──► Draining ──► Gone
///                │ ▲          │ │                      ▲
///                ▼ │          │ └──────────────────────┘ unwanted by the time it was ready
///              Failed ◄───────┘
///                └──► Gone
/// ```
sealed interface VersionState {
    /// What people and protocols are told.
    VersionStatus status();

    /// It ought to be loaded, and its turn has not come.
    record Aspired(ModelId id, StoredVersion stored) implements VersionState {
        Loading load() {
            return new Loading(id, stored, 1, null, null);
        }

        @Override
        public VersionStatus status() {
            return statusOf(id, Phase.START, null, null, null, stored);
        }
    }

    /// @param attempt counts from 1
    /// @param lastError why the attempt before this one failed
    /// @param progress how far its fetch is; null while there is none to tell of
    record Loading(
            ModelId id,
            StoredVersion stored,
            int attempt,
            @Nullable ServingException lastError,
            @Nullable String progress)
            implements VersionState {
        Loading fetching(@Nullable String come) {
            return new Loading(id, stored, attempt, lastError, come);
        }

        WarmingUp warmUp(String engine) {
            return new WarmingUp(this, engine);
        }

        /// @param now nanoseconds
        Failed fail(ServingException cause, long now) {
            return new Failed(
                    id, stored, cause, attempt, now + Failed.wait(attempt).toNanos());
        }

        @Override
        public VersionStatus status() {
            return statusOf(id, Phase.LOADING, null, lastError, progress, stored);
        }
    }

    record WarmingUp(Loading loading, String engine) implements VersionState {
        Serving serve(LoadedVersion loaded) {
            return new Serving(loading.stored, loaded);
        }

        /// It is no longer wanted: it never serves.
        Draining discard(LoadedVersion loaded) {
            return new Draining(loading.stored, loaded);
        }

        @Override
        public VersionStatus status() {
            return statusOf(loading.id, Phase.LOADING, engine, loading.lastError, null, loading.stored);
        }
    }

    record Serving(StoredVersion stored, LoadedVersion loaded) implements VersionState {
        /// Whether these are other files in the place from which it was loaded.
        boolean hasChangedTo(StoredVersion now) {
            return stored.location().equals(now.location()) && !stored.sameAs(now);
        }

        Draining drain() {
            return new Draining(stored, loaded);
        }

        @Override
        public VersionStatus status() {
            return statusOf(Phase.AVAILABLE, stored, loaded);
        }
    }

    /// New requests no longer find it; those that have borrowed it finish.
    record Draining(StoredVersion stored, LoadedVersion loaded) implements VersionState {
        Gone close() {
            return new Gone(statusOf(Phase.END, stored, loaded));
        }

        @Override
        public VersionStatus status() {
            return statusOf(Phase.UNLOADING, stored, loaded);
        }
    }

    /// @param attempt how many loads of these files have failed
    /// @param retryAt when to try again, in nanoseconds
    record Failed(ModelId id, StoredVersion stored, ServingException cause, int attempt, long retryAt)
            implements VersionState {
        private static final Duration FIRST_WAIT = Duration.ofSeconds(1);
        private static final Duration LONGEST_WAIT = Duration.ofMinutes(5);

        /// Doubles from attempt to attempt.
        static Duration wait(int attempt) {
            // Beyond 2^20 seconds the bound holds anyway.
            Duration wait = FIRST_WAIT.multipliedBy(1L << Math.min(20, attempt - 1));
            return wait.compareTo(LONGEST_WAIT) < 0 ? wait : LONGEST_WAIT;
        }

        boolean isDue(long now) {
            return retryAt - now <= 0;
        }

        Loading retry() {
            return new Loading(id, stored, attempt + 1, cause, null);
        }

        /// The files are others now: what failed before says nothing about them.
        Failed changed(StoredVersion files, long now) {
            return new Failed(id, files, cause, 0, now);
        }

        /// Nothing follows.
        Gone drop() {
            return new Gone(statusOf(id, Phase.END, null, cause, null, stored));
        }

        @Override
        public VersionStatus status() {
            return statusOf(id, Phase.END, null, cause, next(), stored);
        }

        /// What follows, for people.
        private String next() {
            return attempt == 0
                    ? "its files have changed, so it is loaded again"
                    : "load " + attempt + " failed, the next one begins "
                            + wait(attempt).toSeconds() + " s later";
        }
    }

    /// Only its status is left.
    record Gone(VersionStatus status) implements VersionState {}

    private static VersionStatus statusOf(Phase phase, StoredVersion stored, LoadedVersion loaded) {
        return new VersionStatus(
                loaded.model().id(),
                stored.location().toString(),
                phase,
                loaded.model().engine(),
                null,
                null,
                stored.files().bytes(),
                loaded.loadTime());
    }

    private static VersionStatus statusOf(
            ModelId id,
            Phase phase,
            @Nullable String engine,
            @Nullable ServingException error,
            @Nullable String progress,
            StoredVersion stored) {
        return new VersionStatus(
                id,
                stored.location().toString(),
                phase,
                engine,
                error,
                progress,
                stored.files().bytes(),
                Duration.ZERO);
    }
}
