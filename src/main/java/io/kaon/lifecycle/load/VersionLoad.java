package io.kaon.lifecycle.load;

import io.kaon.engine.Engine;
import io.kaon.engine.InspectedModel;
import io.kaon.lifecycle.declaration.DesiredModel;
import io.kaon.model.ErrorKind;
import io.kaon.model.ModelId;
import io.kaon.model.ServingException;
import io.kaon.serving.LoadedModel;
import io.kaon.storage.ModelStore;
import io.kaon.storage.StoredVersion;
import io.kaon.storage.Transfer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// One version's way from its store to a session:
///
/// ```
/// open ──► [fetch] ──► start
/// ```
///
/// Files that stand where engines can read them are opened in place. They are copied all the same if the engine
/// goes on reading them, for they may be changed while they serve. Everything else is fetched. Opening and
/// starting happen on the threads that load, of which there are few because each load has a peak of memory;
/// fetching waits for networks and disks, on threads of its own, and can be cancelled.
///
/// Each step begins the next, on one thread at a time. Whatever happens, one outcome is told.
final class VersionLoad {
    private static final Logger LOG = Logger.getLogger(VersionLoad.class);

    private final ModelLoader loader;
    private final DesiredModel model;
    private final ModelId id;
    private final StoredVersion stored;
    private final Transfer transfer = new Transfer();
    private final long began;
    private ModelCache.@Nullable Copy copy;

    VersionLoad(ModelLoader loader, DesiredModel model, ModelId id, StoredVersion stored, long began) {
        this.loader = loader;
        this.model = model;
        this.id = id;
        this.stored = stored;
        this.began = began;
    }

    ModelId id() {
        return id;
    }

    /// Ends a fetch that is under way or still to come; a session that is being made is made.
    void cancel() {
        transfer.cancel();
    }

    /// A task of a pool, which says what it is about when it hangs.
    private final class Step implements ElasticPool.Advancing {
        private final String name;
        private final Body body;

        Step(String name, Body body) {
            this.name = name;
            this.body = body;
        }

        @Override
        public void run() {
            VersionLoad.this.run(body);
        }

        @Override
        public long progress() {
            return transfer.bytes();
        }

        @Override
        public String toString() {
            return "model=" + id.name() + " version=" + id.version() + " the " + name;
        }
    }

    @FunctionalInterface
    private interface Body {
        void run() throws IOException;
    }

    void begin() {
        run(() -> loader.loads().execute(new Step("load", this::open)));
    }

    private void run(Body body) {
        try {
            loader.requireRunning();
            body.run();
        } catch (ServingException failure) {
            fail(ofOriginal(failure));
        } catch (IOException failure) {
            fail(new ServingException(ErrorKind.STORAGE_FAILED, "the cache cannot be written: " + failure, failure));
        } catch (RuntimeException | Error failure) {
            // A missing native library is an Error, and so is memory that does not suffice for this model.
            LOG.errorf(failure, "model=%s loading met an unexpected failure", id);
            fail(ModelLoader.unexpected(failure));
        }
    }

    private void open() {
        ModelStore store = loader.stores().of(stored.location(), model.options().account());
        Path files = store.inPlace(stored.location());
        if (files == null) {
            loader.fetches().execute(new Step("fetch", () -> {
                Path fetched = fetch(store);
                loader.loads().execute(new Step("load", () -> {
                    DesiredModel own = loader.ownOptions(model, fetched);
                    Engine engine = loader.engine(own, stored, fetched);
                    start(own, engine, engine.inspect(fetched), fetched);
                }));
            }));
            return;
        }
        DesiredModel own = loader.ownOptions(model, files);
        Engine engine = loader.engine(own, stored, files);
        InspectedModel inspected = engine.inspect(files);
        if (inspected.keepsReading()) {
            loader.fetches().execute(new Step("copy", () -> {
                Path copied = ownCopy(store, files);
                loader.loads().execute(new Step("load", () -> start(own, engine, inspected, copied)));
            }));
        } else {
            start(own, engine, inspected, files);
        }
    }

    private Path fetch(ModelStore store) throws IOException {
        ModelCache.Copy made = loader.cache().copy(stored, transfer, partial -> {
            FetchReport report = loader.reports().begin(id, stored, transfer);
            boolean whole = false;
            try {
                store.fetch(stored, partial, transfer);
                whole = true;
            } finally {
                report.end(whole);
            }
        });
        copy = made;
        return made.files();
    }

    /// A copy that no other process changes. Where there is no room for one, serving without is better than not
    /// serving.
    private Path ownCopy(ModelStore store, Path files) {
        try {
            return fetch(store);
        } catch (IOException failure) {
            LOG.warnf(
                    "model=%s cannot be copied to the cache (%s). Its engine reads the files while it serves: do not "
                            + "change them in place, or the process may be killed.",
                    id, failure);
            return files;
        }
    }

    private void start(DesiredModel own, Engine engine, InspectedModel inspected, Path files) {
        LoadedModel loaded = loader.start(engine, inspected, own, id, files);
        Duration took = Duration.ofNanos(loader.now() - began);
        loader.tell(this, new LoadEvent.Loaded(id, new LoadedVersion(loaded, copy, loader.notice(loaded), took)));
    }

    private void fail(ServingException failure) {
        ModelCache.Copy made = copy;
        if (made != null) {
            made.releaseForAnotherAttempt();
        }
        loader.tell(this, new LoadEvent.LoadFailed(id, failure));
    }

    /// The same failure, about the place that the operator knows instead of the copy that the engine was given.
    private ServingException ofOriginal(ServingException failure) {
        ModelCache.Copy made = copy;
        return made == null
                ? failure
                : failure.about(stored.location().toString(), made.files().toString());
    }
}
