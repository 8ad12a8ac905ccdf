package io.kaon.lifecycle.reconcile;

import io.kaon.lifecycle.load.LoadEvent;
import io.kaon.lifecycle.load.LoadedVersion;
import io.kaon.lifecycle.load.ModelLoader;
import io.kaon.lifecycle.reconcile.VersionState.Draining;
import io.kaon.lifecycle.reconcile.VersionState.Failed;
import io.kaon.lifecycle.reconcile.VersionState.Loading;
import io.kaon.lifecycle.reconcile.VersionState.WarmingUp;
import io.kaon.lifecycle.watch.Announcement;
import io.kaon.lifecycle.watch.AspiredModel;
import io.kaon.model.ErrorKind;
import io.kaon.model.ModelId;
import io.kaon.model.ServingException;
import io.kaon.model.VersionStatus;
import io.kaon.serving.ServedModel;
import io.kaon.serving.ServingModels;
import io.kaon.serving.Snapshot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// The single writer: the only class that changes a version's state or what is served.
///
/// ## How it works
///
/// Everything that happens elsewhere (a poll's announcement, the end of a load, a closed session) comes in through one
/// queue. [#tick] takes what is in the queue, asks [TransitionPolicy] for one step after another until it says wait,
/// and publishes at most one new snapshot. One thread does that, so there are no locks and no states between states.
///
/// ## The order that keeps requests safe
///
/// Within a tick: first all states, then one volatile write of the new snapshot, and only then are the versions that it
/// no longer holds told to drain. A request that still found one of them is refused by its closed door and reads the
/// snapshot again, which by then has moved on. The session is closed when the last lease has come home.
///
/// ## What never happens
///
/// A session that is being made is not broken off: engines cannot be stopped half-way. If its version is unwanted
/// by the time it is ready, it is closed without ever having served. Only a fetch is cancelled. A version that
/// drains is not revived, its door is closed; if it is wanted again, it is loaded again when it is gone.
public final class Reconciler implements Runnable {
    private static final Logger LOG = Logger.getLogger(Reconciler.class);

    private final BlockingQueue<Event> inbox;
    private final ModelLoader loader;
    private final ServingModels serving;
    private final LongSupplier clock;
    private final Consumer<? super VersionStatus> listener;

    private final Map<String, ModelVersions> models = new TreeMap<>();
    private Snapshot published = Snapshot.EMPTY;
    /// Told to drain at the end of the tick.
    private final List<LoadedVersion> retired = new ArrayList<>();
    /// Whether all models of the declaration that was announced last are known.
    private boolean complete;
    /// Of the declaration that was announced last, and the models that it waits for.
    private CompletableFuture<Void> carriedOut = new CompletableFuture<>();
    private Set<String> awaited = Set.of();
    private boolean stopping;
    private final CompletableFuture<Void> settled = new CompletableFuture<>();
    private final CompletableFuture<Void> stopped = new CompletableFuture<>();

    /// @param clock nanoseconds, as [System#nanoTime()]
    /// @param listener told of each new or changed status once it was published, by the ticking thread
    public Reconciler(
            BlockingQueue<Event> inbox,
            ModelLoader loader,
            ServingModels serving,
            LongSupplier clock,
            Consumer<? super VersionStatus> listener) {
        this.inbox = inbox;
        this.loader = loader;
        this.serving = serving;
        this.clock = clock;
        this.listener = listener;
    }

    /// Completes when every model of the first announcement serves or has failed once.
    public CompletableFuture<Void> settled() {
        return settled;
    }

    /// Completes when everything has been closed after [Event.Stop].
    public CompletableFuture<Void> stopped() {
        return stopped;
    }

    /// Ticks whenever something happened or is due, until everything is closed after [Event.Stop].
    @Override
    public void run() {
        long now = clock.getAsLong();
        while (!stopped.isDone()) {
            try {
                Event first = await(now);
                now = clock.getAsLong();
                if (first != null) {
                    handleOrLog(first, now);
                }
                tick(now);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                return;
            } catch (RuntimeException | Error bug) {
                // If this thread ended, nothing would be loaded or unloaded any more.
                LOG.error("the reconciler met an unexpected failure", bug);
            }
        }
    }

    /// The next event; null when a failed version is due first. One that was due at the last tick and was not loaded
    /// waits for an event.
    private @Nullable Event await(long lastTick) throws InterruptedException {
        long wait = Long.MAX_VALUE;
        for (ModelVersions model : models.values()) {
            wait = Math.min(wait, model.untilRetry(lastTick));
        }
        return wait == Long.MAX_VALUE
                ? inbox.take()
                : inbox.poll(lastTick + wait - clock.getAsLong(), TimeUnit.NANOSECONDS);
    }

    /// Handles what is in the inbox, takes every step that is due, publishes.
    ///
    /// @param now nanoseconds
    public void tick(long now) {
        for (Event event = inbox.poll(); event != null; event = inbox.poll()) {
            handleOrLog(event, now);
        }
        List<Runnable> loads = new ArrayList<>();
        for (ModelVersions model : models.values()) {
            try {
                takeSteps(model, now, loads);
            } catch (RuntimeException | Error bug) {
                // One model's confusion must not stop the others.
                LOG.errorf(
                        bug, "model=%s no step could be taken", model.desired().name());
            }
        }
        models.values().removeIf(this::forgets);
        try {
            publish();
        } finally {
            // A step that was taken is carried out, or the version would be lost in its state.
            List<LoadedVersion> leaving = List.copyOf(retired);
            retired.clear();
            leaving.forEach(loader::unload);
            loads.forEach(Runnable::run);
        }
        if (complete && !stopping && models.values().stream().allMatch(ModelVersions::isSettled)) {
            settled.complete(null);
        }
        if (complete && !stopping && awaited.stream().allMatch(this::isSettled)) {
            carriedOut.complete(null);
        }
        if (stopping && models.values().stream().allMatch(ModelVersions::isEmpty)) {
            stopped.complete(null);
        }
    }

    private boolean forgets(ModelVersions model) {
        if (!model.isForgettable()) {
            return false;
        }
        loader.forget(model.desired().name());
        return true;
    }

    private void handleOrLog(Event event, long now) {
        try {
            handle(event, now);
        } catch (RuntimeException | Error bug) {
            LOG.errorf(
                    bug, "the reconciler could not handle %s", event.getClass().getSimpleName());
        }
    }

    private void handle(Event event, long now) {
        switch (event) {
            case Event.Announced(Announcement announcement) -> announce(announcement, now);
            case Event.Told(LoadEvent told) -> handle(told, now);
            case Event.Task(Runnable task) -> task.run();
            case Event.Stop _ -> {
                stopping = true;
                models.values().forEach(model -> model.withdraw(now));
                cancelFetches();
            }
        }
    }

    private void handle(LoadEvent event, long now) {
        ModelVersions model = model(event.id());
        switch (event) {
            case LoadEvent.Fetching(ModelId id, String progress) ->
                model.set(model.expect(Loading.class, id).fetching(progress));
            case LoadEvent.WarmUpBegan(ModelId id, String engine) ->
                model.set(model.expect(Loading.class, id).warmUp(engine));
            case LoadEvent.Loaded(ModelId id, LoadedVersion loaded) -> ready(model, id, loaded);
            case LoadEvent.LoadFailed(ModelId id, ServingException cause) -> fail(model, id, cause, now);
            case LoadEvent.Closed(ModelId id) -> {
                model.set(model.expect(Draining.class, id).close());
                LOG.infof("model=%s version=%s phase=END", id.name(), id.version());
            }
        }
    }

    /// Futures are compared as objects: one stands for one declaration.
    @SuppressWarnings("ReferenceEquality")
    private void announce(Announcement announcement, long now) {
        if (stopping) {
            return;
        }
        Map<String, AspiredModel> wanted = announcement.models();
        // Until all is known, models may be added that are waited for.
        if (announcement.settled() != carriedOut || !complete) {
            carriedOut = announcement.settled();
            awaited = new HashSet<>(wanted.keySet());
            awaited.removeIf(name -> {
                ModelVersions known = models.get(name);
                return known != null && known.serves();
            });
        }
        complete = announcement.complete();
        wanted.forEach((name, model) -> models.computeIfAbsent(name, _ -> new ModelVersions(model.model()))
                .announce(model, now));
        models.forEach((name, model) -> {
            if (!wanted.containsKey(name)) {
                model.withdraw(now);
            }
        });
        cancelFetches();
    }

    /// What is being loaded and is not wanted any more, or stands there with other files, need not be fetched.
    private void cancelFetches() {
        for (ModelVersions model : models.values()) {
            model.outdated().forEach(loader::cancelFetch);
        }
    }

    private void ready(ModelVersions model, ModelId id, LoadedVersion loaded) {
        WarmingUp warming = model.expect(WarmingUp.class, id);
        if (model.isAspired(id.version())) {
            model.set(warming.serve(loaded));
            LOG.infof(
                    "model=%s version=%s phase=AVAILABLE engine=%s load_ms=%s bytes=%s",
                    id.name(),
                    id.version(),
                    loaded.model().engine(),
                    loaded.loadTime().toMillis(),
                    warming.loading().stored().files().bytes());
        } else {
            model.set(warming.discard(loaded));
            retired.add(loaded);
            LOG.infof(
                    "model=%s version=%s phase=UNLOADING reason=%s before it served",
                    id.name(), id.version(), stopping ? "the server stops" : model.whyUnwanted(id.version()));
        }
    }

    private void fail(ModelVersions model, ModelId id, ServingException cause, long now) {
        Failed failed = model.loading(id).fail(cause, now);
        model.fail(failed, now);
        if (cause.kind() == ErrorKind.CANCELLED) {
            LOG.infof(
                    "model=%s version=%s phase=END reason=%s before it was fetched",
                    id.name(), id.version(), stopping ? "the server stops" : model.whyOutdated(id.version()));
            return;
        }
        LOG.warnf(
                cause.kind() == ErrorKind.INTERNAL ? cause : null,
                "model=%s version=%s phase=FAILED kind=%s attempt=%s retry_s=%s error=%s",
                id.name(),
                id.version(),
                cause.kind(),
                failed.attempt(),
                TimeUnit.NANOSECONDS.toSeconds(failed.retryAt() - now),
                cause.getMessage());
    }

    private void takeSteps(ModelVersions model, long now, List<Runnable> loads) {
        while (true) {
            switch (model.next(now)) {
                case TransitionPolicy.Step.Load(long version) -> {
                    Loading loading = model.load(version);
                    loads.add(() -> loader.load(model.desired(), loading.id(), loading.stored()));
                    LOG.infof(
                            "model=%s version=%s phase=LOADING attempt=%s from=%s",
                            loading.id().name(),
                            version,
                            loading.attempt(),
                            loading.stored().location());
                }
                case TransitionPolicy.Step.Unload(long version) -> {
                    String reason = stopping ? "the server stops" : model.whyUnwanted(version);
                    Draining draining = model.unload(version);
                    retired.add(draining.loaded());
                    LOG.infof(
                            "model=%s version=%s phase=UNLOADING reason=%s",
                            model.desired().name(), version, reason);
                }
                case TransitionPolicy.Step.Wait() -> {
                    return;
                }
            }
        }
    }

    private void publish() {
        Map<String, ServedModel> served = new HashMap<>();
        models.forEach((name, model) -> served.put(name, model.served()));
        Snapshot next = new Snapshot(served);
        if (next.models().equals(published.models())) {
            return;
        }
        serving.publish(next);
        Set<VersionStatus> known = statuses(published);
        published = next;
        for (VersionStatus status : statuses(next)) {
            if (!known.contains(status)) {
                tell(status);
            }
        }
    }

    private static Set<VersionStatus> statuses(Snapshot snapshot) {
        Set<VersionStatus> statuses = new LinkedHashSet<>();
        snapshot.models().values().forEach(model -> statuses.addAll(model.statuses()));
        return statuses;
    }

    private void tell(VersionStatus status) {
        try {
            listener.accept(status);
        } catch (RuntimeException | Error bug) {
            LOG.errorf(bug, "the listener failed at %s", status);
        }
    }

    private boolean isSettled(String name) {
        ModelVersions model = models.get(name);
        return model == null || model.isSettled();
    }

    private ModelVersions model(ModelId id) {
        ModelVersions model = models.get(id.name());
        if (model == null) {
            throw new IllegalStateException(id + " is unknown");
        }
        return model;
    }
}
