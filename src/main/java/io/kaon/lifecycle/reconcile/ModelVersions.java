package io.kaon.lifecycle.reconcile;

import io.kaon.lifecycle.declaration.DesiredModel;
import io.kaon.lifecycle.reconcile.VersionState.Aspired;
import io.kaon.lifecycle.reconcile.VersionState.Draining;
import io.kaon.lifecycle.reconcile.VersionState.Failed;
import io.kaon.lifecycle.reconcile.VersionState.Gone;
import io.kaon.lifecycle.reconcile.VersionState.Loading;
import io.kaon.lifecycle.reconcile.VersionState.Serving;
import io.kaon.lifecycle.reconcile.VersionState.WarmingUp;
import io.kaon.lifecycle.watch.AspiredModel;
import io.kaon.lifecycle.watch.AspiredModel.Awaited;
import io.kaon.lifecycle.watch.AspiredModel.Found;
import io.kaon.lifecycle.watch.AspiredModel.Unreadable;
import io.kaon.model.ModelId;
import io.kaon.model.VersionStatus;
import io.kaon.serving.LoadedModel;
import io.kaon.serving.ServedModel;
import io.kaon.storage.StoredVersion;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// What the reconciler knows of one model: what is wanted, where each version stands, and what has become of those
/// that are gone. Used by the reconciler's thread only.
final class ModelVersions {
    /// Versions that are gone and still listed. A model with a new version each day must not grow a list for ever.
    static final int MOST_ENDED = 16;

    private static final Logger LOG = Logger.getLogger(ModelVersions.class);

    private DesiredModel desired;
    private boolean withdrawn;
    private boolean unsettled;
    private @Nullable String problem;
    private SortedMap<Long, StoredVersion> aspired = Collections.emptySortedMap();
    private final NavigableMap<Long, VersionState> states = new TreeMap<>();
    /// In the order in which they ended.
    private final List<Gone> ended = new ArrayList<>();
    /// As they were found while their version served other files.
    private final Set<StoredVersion> changedInPlace = new HashSet<>();

    ModelVersions(DesiredModel desired) {
        this.desired = desired;
    }

    DesiredModel desired() {
        return desired;
    }

    /// Takes over what a poll found.
    ///
    /// @param now nanoseconds
    void announce(AspiredModel announced, long now) {
        changedInPlace.retainAll(aspired.values());
        desired = announced.model();
        withdrawn = false;
        problem = announced.finding().problem();
        switch (announced.finding()) {
            case Found found -> {
                unsettled = found.unsettled();
                aspire(found.versions(), now);
            }
            case Unreadable _ -> unsettled = false;
            case Awaited _ -> unsettled = true;
        }
    }

    /// This model is no longer declared.
    void withdraw(long now) {
        withdrawn = true;
        unsettled = false;
        problem = null;
        aspire(Collections.emptySortedMap(), now);
    }

    /// Nothing is left of a model that is no longer declared.
    boolean isForgettable() {
        return withdrawn && states.isEmpty();
    }

    boolean isEmpty() {
        return states.isEmpty();
    }

    private void aspire(SortedMap<Long, StoredVersion> wanted, long now) {
        aspired = wanted;
        for (VersionState state : List.copyOf(states.values())) {
            refresh(state, now);
        }
        wanted.forEach((version, stored) -> {
            if (!states.containsKey(version)) {
                want(version, stored);
            }
        });
    }

    private void want(long version, StoredVersion stored) {
        ended.removeIf(gone -> gone.status().id().version() == version);
        set(new Aspired(new ModelId(desired.name(), version), stored));
    }

    /// What a new announcement means for a version that is neither loaded nor being loaded.
    private void refresh(VersionState state, long now) {
        long version = state.status().id().version();
        StoredVersion stored = aspired.get(version);
        switch (state) {
            case Aspired waiting -> {
                if (stored == null) {
                    states.remove(version);
                } else {
                    set(new Aspired(waiting.id(), stored));
                }
            }
            case Failed failed -> {
                if (stored == null) {
                    set(failed.drop());
                } else if (!stored.sameAs(failed.stored())) {
                    set(failed.changed(stored, now));
                }
            }
            case Serving serving -> {
                if (stored != null && serving.hasChangedTo(stored) && changedInPlace.add(stored)) {
                    LOG.warnf(
                            "model=%s version=%s its files have changed while it serves: nothing is loaded again; give "
                                    + "the new files a new number",
                            desired.name(), version);
                }
            }
            case Loading _, WarmingUp _, Draining _, Gone _ -> {}
        }
    }

    /// The versions that are being loaded though they are not wanted any more, or with files that stand there no more.
    List<ModelId> outdated() {
        List<ModelId> outdated = new ArrayList<>();
        for (VersionState state : states.values()) {
            if (state instanceof Loading loading) {
                StoredVersion wanted = aspired.get(loading.id().version());
                if (wanted == null || !wanted.sameAs(loading.stored())) {
                    outdated.add(loading.id());
                }
            }
        }
        return outdated;
    }

    boolean isAspired(long version) {
        return aspired.containsKey(version);
    }

    /// Why a version is not wanted any more, in a few words.
    String whyUnwanted(long version) {
        if (withdrawn) {
            return "the model is no longer declared";
        }
        if (aspired.isEmpty()) {
            return "its directory is gone, or the version policy no longer chooses it";
        }
        return aspired.lastKey() > version
                ? "superseded by " + aspired.lastKey()
                : "replaced by " + aspired.lastKey() + ": its directory is gone, or the version policy chooses another";
    }

    /// Why the load of a version is of no use any more, in a few words.
    String whyOutdated(long version) {
        return isAspired(version) ? "its files have changed" : whyUnwanted(version);
    }

    /// The state of a version that is in this state.
    <S extends VersionState> S expect(Class<S> kind, ModelId id) {
        VersionState state = states.get(id.version());
        if (!kind.isInstance(state)) {
            throw new IllegalStateException(id + ": expected " + kind.getSimpleName() + ", got " + state);
        }
        return kind.cast(state);
    }

    /// A version that is being loaded or warmed up, as it was when loading began.
    Loading loading(ModelId id) {
        return states.get(id.version()) instanceof WarmingUp warming ? warming.loading() : expect(Loading.class, id);
    }

    /// Takes the policy's step.
    Loading load(long version) {
        ModelId id = new ModelId(desired.name(), version);
        Loading loading = states.get(version) instanceof Failed failed
                ? failed.retry()
                : expect(Aspired.class, id).load();
        set(loading);
        return loading;
    }

    /// Takes the policy's step.
    Draining unload(long version) {
        Draining draining =
                expect(Serving.class, new ModelId(desired.name(), version)).drain();
        set(draining);
        return draining;
    }

    /// Records where a version stands now.
    void set(VersionState state) {
        long version = state.status().id().version();
        if (!(state instanceof Gone gone)) {
            states.put(version, state);
            return;
        }
        states.remove(version);
        ended.add(gone);
        if (ended.size() > MOST_ENDED) {
            ended.removeFirst();
        }
        // It may have been wanted again while it was on its way out.
        StoredVersion again = aspired.get(version);
        if (again != null) {
            want(version, again);
        }
    }

    /// A failed load counts against the files that were loaded, not against those that stand there by now.
    void fail(Failed failed, long now) {
        StoredVersion stored = aspired.get(failed.id().version());
        if (stored == null) {
            set(failed.drop());
        } else {
            set(stored.sameAs(failed.stored()) ? failed : failed.changed(stored, now));
        }
    }

    TransitionPolicy.Step next(long now) {
        return TransitionPolicy.next(states, aspired.keySet(), now);
    }

    /// Nanoseconds until a failed version is due that was not due yet; [Long#MAX_VALUE] if there is none.
    long untilRetry(long now) {
        long earliest = Long.MAX_VALUE;
        for (VersionState state : states.values()) {
            if (state instanceof Failed failed && !failed.isDue(now)) {
                earliest = Math.min(earliest, failed.retryAt() - now);
            }
        }
        return earliest;
    }

    boolean serves() {
        return states.values().stream().anyMatch(Serving.class::isInstance);
    }

    /// Whether every wanted version serves or has failed once with the files that are there now, and no version that
    /// would be the only one is still
    /// being written.
    boolean isSettled() {
        boolean serves = false;
        for (VersionState state : states.values()) {
            switch (state) {
                case Aspired _ -> {
                    return false;
                }
                case Loading loading -> {
                    if (loading.attempt() == 1) {
                        return false;
                    }
                }
                case WarmingUp warming -> {
                    if (warming.loading().attempt() == 1) {
                        return false;
                    }
                }
                case Failed failed -> {
                    if (failed.attempt() == 0) {
                        return false;
                    }
                }
                case Serving _ -> serves = true;
                case Draining draining -> {
                    // Wanted again: it is loaded anew when it is gone.
                    if (isAspired(draining.status().id().version())) {
                        return false;
                    }
                }
                case Gone _ -> {}
            }
        }
        return serves || !unsettled;
    }

    /// What a snapshot says of this model.
    ServedModel served() {
        NavigableMap<Long, LoadedModel> versions = new TreeMap<>();
        SortedMap<Long, VersionStatus> statuses = new TreeMap<>(Collections.reverseOrder());
        for (Gone gone : ended) {
            statuses.put(gone.status().id().version(), gone.status());
        }
        states.forEach((version, state) -> {
            statuses.put(version, state.status());
            if (state instanceof Serving serving) {
                versions.put(version, serving.loaded().model());
            }
        });
        return new ServedModel(versions, desired.labels(), List.copyOf(statuses.values()), problems());
    }

    /// What hinders the model, and what should be known of versions that serve.
    private @Nullable String problems() {
        List<String> all = new ArrayList<>();
        if (problem != null) {
            all.add(problem);
        }
        states.forEach((version, state) -> {
            if (!(state instanceof Serving serving)) {
                return;
            }
            StoredVersion stored = aspired.get(version);
            if (stored != null && serving.hasChangedTo(stored)) {
                all.add("version " + version + " serves files that have changed in place since it was loaded");
            }
            String notice = serving.loaded().notice();
            if (notice != null) {
                all.add(notice);
            }
        });
        return all.isEmpty() ? null : String.join("; ", all);
    }
}
