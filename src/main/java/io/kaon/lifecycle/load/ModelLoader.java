package io.kaon.lifecycle.load;

import io.kaon.batch.BatchingPolicy;
import io.kaon.engine.Engine;
import io.kaon.engine.EngineSession;
import io.kaon.engine.InspectedModel;
import io.kaon.lifecycle.declaration.DesiredModel;
import io.kaon.lifecycle.declaration.VersionOptions;
import io.kaon.model.ErrorKind;
import io.kaon.model.FileAdvice;
import io.kaon.model.ModelId;
import io.kaon.model.ServingException;
import io.kaon.model.SignatureDifference;
import io.kaon.serving.LoadedModel;
import io.kaon.serving.ServedModel;
import io.kaon.serving.ServingModels;
import io.kaon.storage.ModelStores;
import io.kaon.storage.Progress;
import io.kaon.storage.StoredVersion;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Does what takes long: fetch → inspect → load → warm up ([VersionLoad]), and at the end drain → close. Every
/// call returns at once; what came of it is posted to the reconciler. Changes no state itself.
public final class ModelLoader {
    private static final Duration CLOSE_AGAIN = Duration.ofSeconds(1);

    private static final Logger LOG = Logger.getLogger(ModelLoader.class);

    private final ModelStores stores;
    private final List<Engine> engines;
    private final ModelCache cache;
    private final VersionOptions versionOptions;
    private final Batchers batchers;
    private final SessionThreads threads;
    private final WarmUp warmUp;
    private final ServingModels serving;
    private final SameSignature sameSignature;
    private final LongSupplier clock;
    private final ScheduledExecutorService timer;
    private final FetchReports reports;
    private final Map<ModelId, VersionLoad> underWay = new ConcurrentHashMap<>();
    private final Executor loads;
    private final Executor fetches;
    private final Executor unloads;
    private final Consumer<? super LoadEvent> inbox;
    private volatile boolean refusing;

    /// @param engines in the order in which they are asked whether they recognise a directory
    /// @param clock nanoseconds
    /// @param timer for what must be tried again
    /// @param loads few platform threads: each load has a peak of memory
    /// @param fetches platform threads that copy; few, because they share the network
    /// @param unloads platform threads, enough that one version's last run does not keep another from closing
    /// @param fetched told of bytes that come
    public ModelLoader(
            ModelStores stores,
            List<Engine> engines,
            ModelCache cache,
            VersionOptions versionOptions,
            Batchers batchers,
            SessionThreads threads,
            WarmUp warmUp,
            ServingModels serving,
            SameSignature sameSignature,
            LongSupplier clock,
            ScheduledExecutorService timer,
            Executor loads,
            Executor fetches,
            Executor unloads,
            Consumer<? super LoadEvent> inbox,
            FetchListener fetched) {
        this.stores = stores;
        this.engines = List.copyOf(engines);
        this.cache = cache;
        this.versionOptions = versionOptions;
        this.batchers = batchers;
        this.threads = threads;
        this.warmUp = warmUp;
        this.serving = serving;
        this.sameSignature = sameSignature;
        this.clock = clock;
        this.timer = timer;
        this.loads = loads;
        this.fetches = fetches;
        this.unloads = unloads;
        this.inbox = inbox;
        this.reports = new FetchReports(clock, timer, inbox, fetched, LOG::info);
    }

    /// Loads a version; posts [LoadEvent.WarmUpBegan] and [LoadEvent.Loaded], or [LoadEvent.LoadFailed], whatever
    /// happens.
    public void load(DesiredModel model, ModelId id, StoredVersion stored) {
        VersionLoad load = new VersionLoad(this, model, id, stored, clock.getAsLong());
        underWay.put(id, load);
        load.begin();
    }

    /// This version is not wanted any more: if it is being fetched, it need not be.
    public void cancelFetch(ModelId id) {
        VersionLoad load = underWay.get(id);
        if (load != null) {
            load.cancel();
        }
    }

    /// How far those fetches are that are under way.
    public List<Progress> fetching() {
        return reports.underWay();
    }

    /// What came of a load, which is over.
    void tell(VersionLoad load, LoadEvent outcome) {
        underWay.remove(load.id(), load);
        inbox.accept(outcome);
    }

    static ServingException unexpected(Throwable failure) {
        return new ServingException(ErrorKind.INTERNAL, "loading failed: " + failure, failure);
    }

    /// Loads that have not begun fail from now on, and so do fetches.
    public void refuse() {
        refusing = true;
        underWay.values().forEach(VersionLoad::cancel);
    }

    /// @throws ServingException NOT_READY after [#refuse]
    void requireRunning() {
        if (refusing) {
            throw new ServingException(ErrorKind.NOT_READY, "the server is stopping");
        }
    }

    /// What holds for a version, which may say something itself.
    DesiredModel ownOptions(DesiredModel declared, Path files) {
        return declared.withOptions(versionOptions.of(files, declared.options()));
    }

    /// Drops what the versions of a model have shown. Called when it is no longer declared and the last of them
    /// is gone.
    public void forget(String model) {
        threads.forget(model);
    }

    ModelStores stores() {
        return stores;
    }

    ModelCache cache() {
        return cache;
    }

    FetchReports reports() {
        return reports;
    }

    Executor loads() {
        return loads;
    }

    Executor fetches() {
        return fetches;
    }

    /// Nanoseconds.
    long now() {
        return clock.getAsLong();
    }

    /// Drains a version that no snapshot holds any more, closes it when the last lease has come home, and posts
    /// [LoadEvent.Closed].
    public void unload(LoadedVersion version) {
        CompletableFuture<Void> _ = version.model().drain().thenRun(() -> beginClose(version));
    }

    /// A thread that cannot be had now may be had later.
    private void beginClose(LoadedVersion version) {
        try {
            unloads.execute(() -> close(version));
        } catch (RuntimeException | Error noThread) {
            LOG.errorf(
                    noThread,
                    "model=%s cannot be closed now; it is tried again",
                    version.model().id());
            ScheduledFuture<?> _ =
                    timer.schedule(() -> beginClose(version), CLOSE_AGAIN.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    private void close(LoadedVersion version) {
        ModelId id = version.model().id();
        try {
            version.model().close();
            ModelCache.Copy copy = version.copy();
            if (copy != null) {
                copy.release();
            }
        } catch (RuntimeException | Error failure) {
            LOG.errorf(failure, "model=%s could not be closed", id);
        } finally {
            inbox.accept(new LoadEvent.Closed(id));
        }
    }

    LoadedModel start(Engine engine, InspectedModel inspected, DesiredModel model, ModelId id, Path files) {
        SessionThreads.Opened opened = threads.open(engine, inspected, model, files);
        EngineSession session = opened.session();
        BatchingPolicy asked = model.options().batching();
        BatchingPolicy batching = session.mayRunInPlace() ? asked : asked.onLanesOnly();
        BatchingPolicy laned = batching.withMerging(
                batching.merging().withLanes(opened.lanes()).withMostRows(session.mostRows()));
        try {
            LoadedModel loaded = new LoadedModel(
                    id, engine.name(), session, model.options().outputs(), run -> batchers.of(id, run, laned));
            requireSameSignature(loaded);
            inbox.accept(new LoadEvent.WarmUpBegan(id, engine.name()));
            warmUp.run(loaded, session, model.options().warmUp());
            loaded.prove();
            return loaded;
        } catch (RuntimeException | Error failure) {
            session.close();
            throw failure;
        }
    }

    private void requireSameSignature(LoadedModel loaded) {
        String difference = sameSignature == SameSignature.REQUIRE ? difference(loaded) : null;
        if (difference != null) {
            throw new ServingException(
                    ErrorKind.UNSUPPORTED, difference + "; kaon.load.same-signature=warn serves it all the same");
        }
    }

    /// What the status says of a version that serves, and the log once.
    @Nullable
    String notice(LoadedModel loaded) {
        String difference = sameSignature == SameSignature.WARN ? difference(loaded) : null;
        List<String> notices =
                Stream.of(difference, loaded.notice()).filter(Objects::nonNull).toList();
        for (String notice : notices) {
            LOG.warnf("model=%s version=%s %s", loaded.id().name(), loaded.id().version(), notice);
        }
        return notices.isEmpty() ? null : String.join("; ", notices);
    }

    private @Nullable String difference(LoadedModel loaded) {
        ServedModel served = serving.models().get(loaded.id().name());
        if (served == null || served.versions().isEmpty()) {
            return null;
        }
        LoadedModel before = served.versions().lastEntry().getValue();
        List<String> differences = SignatureDifference.between(before.signatures(), loaded.signatures());
        return differences.isEmpty()
                ? null
                : "version " + loaded.id().version() + " has other inputs or outputs than version "
                        + before.id().version() + ": " + String.join("; ", differences);
    }

    Engine engine(DesiredModel model, StoredVersion stored, Path files) {
        String hint = model.options().engine().name();
        for (Engine engine : engines) {
            if (hint == null ? engine.recognises(files) : engine.name().equals(hint)) {
                return engine;
            }
        }
        if (hint != null) {
            throw new ServingException(
                    ErrorKind.UNSUPPORTED,
                    "engine `" + hint + "` is unknown: expected one of "
                            + engines.stream().map(Engine::name).toList());
        }
        throw new ServingException(
                ErrorKind.UNSUPPORTED,
                "no engine recognises " + stored.location() + ": expected "
                        + String.join(
                                " or ",
                                engines.stream()
                                        .map(engine -> engine.modelFiles() + " (" + engine.name() + ")")
                                        .toList())
                        + ", found " + stored.files().topFiles()
                        + FileAdvice.appended(stored.files().topFiles()));
    }
}
