package io.kaon.lifecycle;

import io.kaon.lifecycle.AspiredModel.Found;
import io.kaon.lifecycle.AspiredModel.Unreadable;
import io.kaon.model.ServingException;
import io.kaon.storage.ModelStore;
import io.kaon.storage.ModelStores;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Looks into the stores again and again and announces which versions ought to be loaded.
///
/// Each poll announces the whole wanted state, so an announcement that is lost or repeated does no harm, and the
/// watcher need not know what became of the last one. It remembers only what tells complete directories from growing
/// ones ([VersionSightings]), which names it found in the folder, and which problems it has logged.
///
/// A base that cannot be read says nothing about what ought to be loaded: it is announced as such. A base that is
/// there and empty says that nothing ought to be.
///
/// [#poll] does the work and is called by one thread at a time: the watcher's own, which only turns the crank, or a
/// test. The models are looked at side by side, for a listing in an object store is mostly waiting.
final class VersionWatcher implements Runnable {
    /// How soon to look again while something is being written.
    static final Duration SOON = Duration.ofMillis(250);

    /// How soon to look again into a directory that was no model. It may hold anything, and any amount of it.
    static final Duration LOOK_AGAIN = Duration.ofSeconds(5);

    private static final Logger LOG = Logger.getLogger(VersionWatcher.class);

    private final DesiredModels desired;
    private final ModelStores stores;
    private final Consumer<? super Event> inbox;
    private final Duration interval;
    private final InstantSource clock;
    private final Executor io;
    private final Set<String> modelFiles;

    private final Map<String, VersionSightings> sightings = new HashMap<>();
    private Set<String> folderNames = Set.of();
    private Map<String, String> logged = Map.of();
    /// Directories in the folder that were no models, with the time at which to look into them again.
    private final Map<String, Instant> noModels = new ConcurrentHashMap<>();

    private final Set<String> unversioned = ConcurrentHashMap.newKeySet();

    private final Semaphore wake = new Semaphore(0);
    private volatile boolean stopped;

    /// @param interval between polls; zero for one poll at start and one per replaced declaration, negative for the
    ///     latter only
    /// @param io virtual threads
    /// @param modelFiles names of files that make a directory a model's even if it holds no versions
    VersionWatcher(
            DesiredModels desired,
            ModelStores stores,
            Consumer<? super Event> inbox,
            Duration interval,
            InstantSource clock,
            Executor io,
            Set<String> modelFiles) {
        this.desired = desired;
        this.stores = stores;
        this.inbox = inbox;
        this.interval = interval;
        this.clock = clock;
        this.io = io;
        this.modelFiles = Set.copyOf(modelFiles);
        desired.onReplace(wake::release);
    }

    /// Polls until [#stop].
    @Override
    public void run() {
        try {
            if (interval.isNegative()) {
                wake.acquire();
            }
            while (!stopped) {
                wake.drainPermits();
                Duration wait = poll(clock.instant()) && (!interval.isPositive() || interval.compareTo(SOON) > 0)
                        ? SOON
                        : interval;
                if (!wait.isPositive()) {
                    wake.acquire();
                } else {
                    boolean _ = wake.tryAcquire(wait.toNanos(), TimeUnit.NANOSECONDS);
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// No more polls after the one that is under way.
    void stop() {
        stopped = true;
        wake.release();
    }

    /// Looks at everything once and announces it.
    ///
    /// @return whether something is being written, so that the next poll should come soon
    boolean poll(Instant now) {
        DesiredModels.Pending pending = desired.pending();
        DesiredModels.Declaration declared = pending.declaration();
        Map<String, String> problems = new TreeMap<>();
        Map<String, DesiredModel> models = new TreeMap<>();
        Set<String> mayBeNone = new HashSet<>();
        ModelFolder folder = declared.folder();
        if (folder != null) {
            for (String name : folderNames(folder, problems)) {
                models.put(name, folder.model(name));
                mayBeNone.add(name);
            }
        }
        for (DesiredModel model : declared.models()) {
            models.put(model.name(), model);
            mayBeNone.remove(model.name());
        }

        Map<String, AspiredModel> aspired = look(models, mayBeNone, now);
        // Only what was found is known by now; a name that comes back later is looked at with fresh eyes.
        sightings.keySet().retainAll(aspired.keySet());
        mayBeNone.retainAll(aspired.keySet());
        folderNames = mayBeNone;
        boolean unsettled = false;
        for (AspiredModel model : aspired.values()) {
            String problem = model.finding().problem();
            if (problem != null) {
                problems.put("model `" + model.model().name() + "`", problem);
            }
            unsettled |= model.finding() instanceof Found found && found.unsettled();
        }
        log(problems);
        inbox.accept(new Event.Announced(aspired, pending.settled()));
        return unsettled;
    }

    private Set<String> folderNames(ModelFolder folder, Map<String, String> problems) {
        try {
            return Set.copyOf(stores.of(folder.location()).list(folder.location()));
        } catch (ServingException unreadable) {
            problems.put("folder " + folder.location(), unreadable.getMessage());
            return folderNames;
        }
    }

    private Map<String, AspiredModel> look(Map<String, DesiredModel> models, Set<String> mayBeNone, Instant now) {
        List<CompletableFuture<Optional<AspiredModel>>> looks = new ArrayList<>();
        for (DesiredModel model : models.values()) {
            boolean known = sightings.containsKey(model.name());
            VersionSightings seen = sightings.computeIfAbsent(model.name(), _ -> new VersionSightings());
            boolean optional = mayBeNone.contains(model.name());
            looks.add(CompletableFuture.supplyAsync(() -> look(model, optional, known, seen, now), io));
        }
        Map<String, AspiredModel> aspired = new TreeMap<>();
        for (CompletableFuture<Optional<AspiredModel>> look : looks) {
            look.join().ifPresent(found -> aspired.put(found.model().name(), found));
        }
        return aspired;
    }

    /// @param optional a directory in the folder, which is a model only if it holds versions
    /// @param known it was one at the last poll
    /// @return nothing for a directory that is no model
    private Optional<AspiredModel> look(
            DesiredModel model, boolean optional, boolean known, VersionSightings seen, Instant now) {
        try {
            ModelStore store = stores.of(model.base());
            VersionListing listing = listing(model, optional, store, now);
            if (optional && listing.versions().isEmpty()) {
                return Optional.empty();
            }
            SortedMap<Long, StoredVersion> aspired = seen.aspired(listing.versions(), model, store, now);
            return Optional.of(new AspiredModel(
                    model, new Found(aspired, seen.isUnsettled(), problem(model, listing, aspired, seen))));
        } catch (ServingException unreadable) {
            return optional && !known
                    ? Optional.empty()
                    : Optional.of(new AspiredModel(model, new Unreadable(unreadable.getMessage())));
        } catch (RuntimeException bug) {
            LOG.errorf(bug, "looking for versions of model `%s` failed", model.name());
            return Optional.of(new AspiredModel(model, new Unreadable(bug.toString())));
        }
    }

    /// The versions in the model's directory. Where there are none, the directory may be one itself.
    private VersionListing listing(DesiredModel model, boolean optional, ModelStore store, Instant now) {
        VersionListing listing = VersionListing.of(model.base(), store.list(model.base()));
        if (!listing.versions().isEmpty()) {
            unversioned.remove(model.name());
            noModels.remove(model.name());
            return listing;
        }
        Instant again = noModels.get(model.name());
        if (optional && again != null && now.isBefore(again)) {
            return listing;
        }
        List<String> files = store.describe(model.base()).topFiles();
        if (files.stream().noneMatch(modelFiles::contains)) {
            if (noModels.put(model.name(), now.plus(LOOK_AGAIN)) == null && optional) {
                LOG.infof(
                        "%s is no model: expected directories with a number for a name, or one of %s; found %s",
                        model.base(), modelFiles, files.isEmpty() ? "no files" : "the files " + files);
            }
            return listing;
        }
        noModels.remove(model.name());
        if (unversioned.add(model.name())) {
            LOG.infof(
                    "model `%s`: %s holds a model itself and no directories with numbers, so it is served as version %d",
                    model.name(), model.base(), VersionListing.UNVERSIONED);
        }
        return VersionListing.unversioned(model.base());
    }

    private @Nullable String problem(
            DesiredModel model, VersionListing listing, SortedMap<Long, StoredVersion> aspired, VersionSightings seen) {
        if (seen.problem() != null) {
            return seen.problem();
        }
        if (listing.versions().isEmpty()) {
            return model.base() + " holds no version: expected a directory with a number for a name";
        }
        if (aspired.isEmpty() && !seen.isUnsettled()) {
            return "none of the versions " + listing.versions().keySet() + " in " + model.base() + " is chosen by "
                    + model.policy();
        }
        return listing.twins();
    }

    /// A problem is worth a line when it appears, when it changes and when it is over.
    private void log(Map<String, String> problems) {
        problems.forEach((where, problem) -> {
            if (!problem.equals(logged.get(where))) {
                LOG.warnf("%s: %s", where, problem);
            }
        });
        for (String where : logged.keySet()) {
            if (!problems.containsKey(where)) {
                LOG.infof("%s: in order again", where);
            }
        }
        logged = problems;
    }
}
