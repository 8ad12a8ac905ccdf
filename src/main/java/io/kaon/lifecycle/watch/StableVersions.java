package io.kaon.lifecycle.watch;

import io.kaon.lifecycle.declaration.DesiredModel;
import io.kaon.model.ModelId;
import io.kaon.model.ServingException;
import io.kaon.storage.Location;
import io.kaon.storage.ModelStore;
import io.kaon.storage.StoredDirectory;
import io.kaon.storage.StoredVersion;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// What earlier polls saw of one model's version directories: as much as it takes to tell a complete directory from
/// one that is still being written. Used by one thread at a time.
///
/// No program marks a version as complete, so rest is taken for completeness: nothing below the directory
/// changed for [#SETTLE_TIME], or two polls in a row found the same. The second rule needs no clock that
/// agrees with the store's. Both can be wrong, when a copy stalls; then the load fails, and is repeated when
/// the files have changed.
///
/// A directory once found complete counts as complete until it is gone. What is written into it later must not
/// cost the clients the version that they are using. Nor must its removal, when what comes in its place is
/// still being written, as when a ConfigMap or git-sync swaps one for the other: it counts until there is
/// another. So a version that serves is described again only once in a long while, to tell people when its
/// files have changed under it.
final class StableVersions {
    static final Duration SETTLE_TIME = Duration.ofSeconds(2);

    /// A version that serves is described at one look of so many.
    static final int LOOKS_WHILE_SERVING = 60;

    /// @param directory where it was seen: a declaration that has moved to another base starts afresh
    /// @param fingerprint of the last poll
    /// @param complete the directory when it was last at rest; null if it never was
    /// @param passed looks since then that have not described it
    private record Sighting(
            Location directory, long fingerprint, @Nullable StoredVersion complete, int passed) {
        Sighting pass() {
            return new Sighting(directory, fingerprint, complete, passed + 1);
        }
    }

    private final Predicate<ModelId> serves;

    private final Map<Long, Sighting> sightings = new HashMap<>();
    /// What the last call found that found anything, and where.
    private SortedMap<Long, StoredVersion> last = new TreeMap<>();
    private @Nullable Location lastBase;

    private boolean unsettled;
    private @Nullable String problem;

    /// @param serves whether a version serves
    StableVersions(Predicate<ModelId> serves) {
        this.serves = serves;
    }

    /// Nothing was seen.
    void forget() {
        sightings.clear();
        last = new TreeMap<>();
    }

    /// The versions that ought to be loaded: the policy's choice among those that are complete. Looks only into
    /// directories that the policy may choose. What the last look found stays while all there is is being written.
    SortedMap<Long, StoredVersion> aspired(
            SortedMap<Long, Location> present, DesiredModel model, ModelStore store, Instant now) {
        SortedMap<Long, StoredVersion> found = complete(present, model, store, now);
        if (found.isEmpty() && unsettled && model.base().equals(lastBase)) {
            return last;
        }
        last = found;
        lastBase = model.base();
        return found;
    }

    private SortedMap<Long, StoredVersion> complete(
            SortedMap<Long, Location> present, DesiredModel model, ModelStore store, Instant now) {
        unsettled = false;
        problem = null;
        sightings.keySet().retainAll(present.keySet());
        SortedMap<Long, StoredVersion> complete = new TreeMap<>();
        SortedSet<Long> candidates = new TreeSet<>(present.keySet());
        while (true) {
            // A candidate that turns out incomplete makes room for another, so the policy is asked again.
            Set<Long> chosen = model.policy().aspired(candidates);
            boolean all = true;
            for (long version : chosen) {
                if (!complete.containsKey(version)) {
                    Location directory = present.get(version);
                    StoredVersion found =
                            directory == null ? null : look(new ModelId(model.name(), version), directory, store, now);
                    if (found == null) {
                        candidates.remove(version);
                        all = false;
                    } else {
                        complete.put(version, found);
                    }
                }
            }
            if (all) {
                complete.keySet().retainAll(chosen);
                return complete;
            }
        }
    }

    /// Whether the last call saw a directory that is being written: looking again soon will tell more.
    boolean isUnsettled() {
        return unsettled;
    }

    /// Why the last call passed over a version; null if it did not, or only because it was being written.
    @Nullable
    String problem() {
        return problem;
    }

    private @Nullable StoredVersion look(ModelId id, Location directory, ModelStore store, Instant now) {
        long version = id.version();
        Sighting last = sightings.get(version);
        Sighting before = last != null && last.directory.equals(directory) ? last : null;
        StoredVersion complete = before == null ? null : before.complete;
        if (before != null && complete != null && before.passed + 1 < LOOKS_WHILE_SERVING && serves.test(id)) {
            sightings.put(version, before.pass());
            return complete;
        }
        StoredDirectory files;
        try {
            files = store.describe(directory);
        } catch (ServingException unreadable) {
            problem = "version " + version + ": " + unreadable.getMessage();
            return complete;
        }
        if (files.files() == 0) {
            // Waiting will not fill it, so it does not count as unsettled. It may be the beginning of a copy.
            problem = "version " + version + ": " + directory + " holds no files";
        } else if (isAtRest(files, before, now)) {
            complete = new StoredVersion(directory, files);
        } else {
            unsettled = true;
        }
        sightings.put(version, new Sighting(directory, files.fingerprint(), complete, 0));
        return complete;
    }

    private static boolean isAtRest(StoredDirectory files, @Nullable Sighting before, Instant now) {
        return (before != null && before.fingerprint == files.fingerprint())
                || !files.changed().plus(SETTLE_TIME).isAfter(now);
    }
}
