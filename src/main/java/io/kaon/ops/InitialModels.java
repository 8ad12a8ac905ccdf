package io.kaon.ops;

import io.kaon.model.VersionStatus;
import io.kaon.model.VersionStatus.Phase;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/// When the server is ready for the first time: after all initial models have settled, that is serve or have failed
/// once, and enough of them have served. A failure after that takes nothing back, for the server that would take over
/// may have failed in the same way.
///
/// Safe for use by all threads.
public final class InitialModels {
    /// Which models must have served once.
    public enum When {
        /// All that are declared by name, and at least one of a folder that holds any.
        ALL,
        /// At least one, if there are any.
        ANY,
        /// None.
        SETTLED
    }

    private final When when;
    private final Supplier<Set<String>> declared;
    private final Supplier<Set<String>> known;
    private final Set<String> served = ConcurrentHashMap.newKeySet();
    private final CompletableFuture<Void> reached = new CompletableFuture<>();
    private volatile boolean settled;

    /// @param declared names of the models that are declared by name at this moment
    /// @param known names of all models at this moment, those in a folder too
    public InitialModels(When when, Supplier<Set<String>> declared, Supplier<Set<String>> known) {
        this.when = when;
        this.declared = declared;
        this.known = known;
    }

    /// Completes, on the thread that made it so, when the server is ready for the first time.
    public CompletableFuture<Void> reached() {
        return reached;
    }

    /// A version's status is new or has changed.
    public void changed(VersionStatus status) {
        if (status.phase() == Phase.AVAILABLE) {
            served.add(status.id().name());
        }
        look();
    }

    /// Every initial model serves or has failed once.
    public void settled() {
        settled = true;
        look();
    }

    /// Looks whether what is declared by now has been reached.
    public void look() {
        if (settled && !reached.isDone() && missing().isEmpty()) {
            reached.complete(null);
        }
    }

    /// Names of the models of which all, or of those in a folder one, would have to serve; empty if none is missing.
    public Set<String> missing() {
        return switch (when) {
            case ALL -> {
                Set<String> missing = new TreeSet<>(declared.get());
                Set<String> folder = new HashSet<>(known.get());
                folder.removeAll(missing);
                missing.removeAll(served);
                missing.addAll(noneServed(folder));
                yield missing;
            }
            case ANY -> {
                Set<String> all = new TreeSet<>(declared.get());
                all.addAll(known.get());
                yield noneServed(all);
            }
            case SETTLED -> Set.of();
        };
    }

    private Set<String> noneServed(Set<String> names) {
        return names.stream().anyMatch(served::contains) ? Set.of() : names;
    }
}
