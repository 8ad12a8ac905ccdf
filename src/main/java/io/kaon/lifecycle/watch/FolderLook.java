package io.kaon.lifecycle.watch;

import io.kaon.lifecycle.declaration.ModelFolder;
import io.kaon.storage.Location;
import io.kaon.storage.ModelStores;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Looks at the folder of models: which directories are in it. Used by the watcher's thread only.
final class FolderLook {
    private final ModelStores stores;
    private final Executor io;
    private final LongSupplier clock;
    private Look<Set<String>> look;
    private @Nullable Location location;
    /// As listed last; null before the first.
    private @Nullable Set<String> names;
    /// Why the last look failed: then only those directories are left that were models.
    private @Nullable String failure;

    private long due;
    private boolean comes;

    /// @param clock nanoseconds
    FolderLook(ModelStores stores, Executor io, LongSupplier clock) {
        this.stores = stores;
        this.io = io;
        this.clock = clock;
        this.look = new Look<>(io, clock);
    }

    /// Begins a look if it is time for one, unless one has not returned.
    ///
    /// @param at where the folder is now
    /// @param interval until the next one; see [PollIntervals]
    /// @return what completes when it has returned; null if it did not begin, or need not be waited for
    @Nullable
    CompletableFuture<?> begin(Location at, boolean asked, Duration interval, long now, Runnable returned) {
        boolean moved = !at.equals(location);
        if (moved) {
            location = at;
            look = new Look<>(io, clock);
            names = null;
            failure = null;
        }
        if (!asked && !moved && !(comes && due - now <= 0)) {
            return null;
        }
        CompletableFuture<?> answer = look.begin(
                at, at, () -> ModelFolder.models(stores.of(at).list(at).directories()), now);
        if (answer == null) {
            return null;
        }
        comes = interval.isPositive();
        due = now + interval.toNanos();
        return look.worthWaitingFor(answer, returned);
    }

    void waited() {
        look.waited();
    }

    /// Takes over what a look has found that has returned.
    ///
    /// @return why it is not known what is in the folder now; null if it is, or there is still hope
    @Nullable
    String take(long now, Duration bound) {
        Location at = location;
        if (at == null) {
            return null;
        }
        try {
            Set<String> found = look.take(at);
            if (found != null) {
                names = found;
                failure = null;
            }
        } catch (CompletionException unreadable) {
            failure = Watched.messageOf(unreadable);
        }
        return look.hangs(now, bound) ? Look.hanging(at) : failure;
    }

    boolean isKnown() {
        return names != null;
    }

    /// The directories that may be models.
    ///
    /// @param isModel whether one was a model when it was looked at last
    Set<String> names(Predicate<String> isModel) {
        Set<String> listed = names;
        if (listed == null) {
            return Set.of();
        }
        return failure == null ? listed : listed.stream().filter(isModel).collect(Collectors.toUnmodifiableSet());
    }

    /// Nanoseconds until something is to be done about it; [Long#MAX_VALUE] if nothing is.
    long untilDue(long now, Duration bound) {
        return look.untilDue(now, bound, comes, due);
    }
}
