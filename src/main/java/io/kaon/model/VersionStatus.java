package io.kaon.model;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What is known about one version, for people and protocols.
///
/// @param from where its files are kept
/// @param phase where it stands
/// @param engine which engine runs it; null before one was chosen
/// @param error what went wrong last; null when nothing did
/// @param progress for people: how far it is with what takes long, or what follows a failure; null when there is
///     nothing to say
/// @param bytes size of its files; 0 before it was fetched
/// @param loadTime from the start of loading until it served; zero before that
public record VersionStatus(
        ModelId id,
        String from,
        Phase phase,
        @Nullable String engine,
        @Nullable ServingException error,
        @Nullable String progress,
        long bytes,
        Duration loadTime) {

    /// Whether loading it failed the last time. On TensorFlow Serving's wire this is END with an error, as here.
    public boolean hasFailed() {
        return phase == Phase.END && error != null;
    }

    /// What there is to say to people: what went wrong last, and how far it is now. Empty when there is nothing.
    ///
    /// Of a failed version it is the failure alone, since programs compare that text. [#detail] says what follows.
    public String message() {
        return hasFailed() && error != null ? error.getMessage() : detail();
    }

    /// The same, of a failed version with what comes next.
    public String detail() {
        if (error == null) {
            return progress == null ? "" : progress;
        }
        return progress == null ? error.getMessage() : error.getMessage() + "; " + progress;
    }

    // Written out, as in `ServedModel`, because linking a record's own takes the JVM milliseconds of a start.
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof VersionStatus status
                && id.equals(status.id)
                && phase == status.phase
                && bytes == status.bytes
                && from.equals(status.from)
                && loadTime.equals(status.loadTime)
                && Objects.equals(engine, status.engine)
                && Objects.equals(error, status.error)
                && Objects.equals(progress, status.progress);
    }

    @Override
    public int hashCode() {
        return Objects.hash(id, from, phase, engine, error, progress, bytes, loadTime);
    }

    /// The states of a version, in the order in which it goes through them; named as TensorFlow Serving's clients
    /// know them.
    public enum Phase {
        /// Known, not yet being loaded.
        START,
        LOADING,
        AVAILABLE,
        /// No new requests; those that run are being finished.
        UNLOADING,
        /// Gone, or failed: then there is an error.
        END
    }
}
