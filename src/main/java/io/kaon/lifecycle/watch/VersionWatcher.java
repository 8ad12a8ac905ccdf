package io.kaon.lifecycle.watch;

import io.kaon.lifecycle.declaration.DesiredModel;
import io.kaon.lifecycle.declaration.DesiredModels;
import io.kaon.lifecycle.declaration.ModelFolder;
import io.kaon.lifecycle.watch.AspiredModel.Found;
import io.kaon.lifecycle.watch.AspiredModel.Unreadable;
import io.kaon.model.ServingException;
import io.kaon.storage.Location;
import io.kaon.storage.ModelStore;
import io.kaon.storage.ModelStores;
import io.kaon.storage.StoredVersion;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
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
/// test. The models are looked at side by side, on other threads ([Looks]), for a listing in an object store is mostly
/// waiting, and one in a network file system whose server is away may hang for ever.
public final class VersionWatcher implements Runnable {
    /// How soon to look again while something is being written.
    public static final Duration SOON = Duration.ofMillis(250);

    /// How soon to look again into a directory that was no model. It may hold anything, and any amount of it.
    static final Duration LOOK_AGAIN = Duration.ofSeconds(5);

    private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);

    /// The one folder's name among looks.
    private static final String FOLDER = "folder";

    private static final Logger LOG = Logger.getLogger(VersionWatcher.class);

    private final DesiredModels desired;
    private final ModelStores stores;
    private final Consumer<? super Announcement> inbox;
    private final Duration interval;
    private final InstantSource clock;
    private final LongSupplier nanos;
    private final Set<String> modelFiles;
    private final Looks<Set<String>> folders;
    private final Looks<Optional<AspiredModel>> looks;

    private final Map<String, VersionSightings> sightings = new HashMap<>();
    private Set<String> folderNames = Set.of();
    private Map<String, String> logged = Map.of();
    /// Directories in the folder that were no models, with the time at which to look into them again.
    private final Map<String, Instant> noModels = new ConcurrentHashMap<>();

    private final Set<String> unversioned = ConcurrentHashMap.newKeySet();

    private final Semaphore wake = new Semaphore(0);
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private volatile boolean asked;
    private volatile boolean stopped;

    /// @param interval between polls; zero for one poll at start and one per replaced declaration, negative for the
    ///     latter only
    /// @param nanos the clock of the pauses between polls
    /// @param io threads that may hang: reading a directory keeps its thread, and even the carrier of a virtual one
    /// @param bound how long a poll waits for its looks
    /// @param modelFiles names of files that make a directory a model's even if it holds no versions
    public VersionWatcher(
            DesiredModels desired,
            ModelStores stores,
            Consumer<? super Announcement> inbox,
            Duration interval,
            InstantSource clock,
            LongSupplier nanos,
            Executor io,
            Duration bound,
            Set<String> modelFiles) {
        this.desired = desired;
        this.stores = stores;
        this.inbox = inbox;
        this.interval = interval;
        this.clock = clock;
        this.nanos = nanos;
        this.modelFiles = Set.copyOf(modelFiles);
        this.folders = new Looks<>(io, bound, this::look);
        this.looks = new Looks<>(io, bound, this::look);
        desired.onReplace(this::look);
    }

    /// Polls without waiting for the next time.
    private void look() {
        asked = true;
        wake.release();
    }

    /// Runs a short task on the watcher's thread, between two polls.
    public void execute(Runnable task) {
        tasks.add(task);
        wake.release();
    }

    /// Polls until [#stop].
    @Override
    public void run() {
        if (!interval.isNegative()) {
            asked = true;
        }
        long last = nanos.getAsLong();
        Duration pause = Duration.ZERO;
        try {
            while (!stopped) {
                long left = pause.toNanos() - (nanos.getAsLong() - last);
                if (asked || (pause.isPositive() && left <= 0)) {
                    asked = false;
                    pause = pollOrLog();
                    last = nanos.getAsLong();
                } else if (pause.isPositive()) {
                    boolean _ = wake.tryAcquire(left, TimeUnit.NANOSECONDS);
                } else {
                    wake.acquire();
                }
                runTasks();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// @return how long to wait for the next poll; zero until a look is asked for
    private Duration pollOrLog() throws InterruptedException {
        try {
            boolean soon = poll(clock.instant());
            return soon && (!interval.isPositive() || interval.compareTo(SOON) > 0) ? SOON : interval;
        } catch (RuntimeException | Error failure) {
            // Whatever it is, all models are without new versions if this thread ends.
            LOG.error("looking for versions failed; it is tried again", failure);
            return interval.isPositive() ? interval : AFTER_FAILURE;
        }
    }

    private void runTasks() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }

    /// No more polls after the one that is under way.
    public void stop() {
        stopped = true;
        wake.release();
    }

    /// Looks at everything once and announces it.
    ///
    /// @return whether something is being written, so that the next poll should come soon
    public boolean poll(Instant now) throws InterruptedException {
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

        Map<String, AspiredModel> aspired = look(models, mayBeNone, now, problems);
        // Only what was found is known by now; a name that comes back later is looked at with fresh eyes.
        sightings.keySet().retainAll(aspired.keySet());
        noModels.keySet().retainAll(models.keySet());
        unversioned.retainAll(aspired.keySet());
        looks.retain(models.keySet());
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
        inbox.accept(new Announcement(aspired, pending.settled()));
        return unsettled;
    }

    private Set<String> folderNames(ModelFolder folder, Map<String, String> problems) throws InterruptedException {
        Location at = folder.location();
        boolean _ = folders.begin(
                FOLDER, at, at, () -> ModelFolder.models(stores.of(at).list(at)));
        folders.await();
        try {
            Optional<Set<String>> names = folders.take(FOLDER);
            if (names.isPresent()) {
                return names.get();
            }
            problems.put("folder " + at, hangs(at));
        } catch (CompletionException unreadable) {
            problems.put("folder " + at, messageOf(unreadable));
        }
        return folderNames;
    }

    private static String hangs(Location at) {
        return "the look into " + at + " has not returned; no other begins until it does";
    }

    private static String messageOf(CompletionException failure) {
        return failure.getCause() instanceof ServingException unreadable
                ? unreadable.getMessage()
                : String.valueOf(failure.getCause());
    }

    private Map<String, AspiredModel> look(
            Map<String, DesiredModel> models, Set<String> mayBeNone, Instant now, Map<String, String> problems)
            throws InterruptedException {
        Set<String> known = Set.copyOf(sightings.keySet());
        for (DesiredModel model : models.values()) {
            String name = model.name();
            boolean optional = mayBeNone.contains(name);
            // A look that hangs keeps the sightings that it began with, and no other look may use them.
            VersionSightings seen = looks.isUnderWay(name)
                    ? new VersionSightings()
                    : sightings.getOrDefault(name, new VersionSightings());
            if (looks.begin(name, model, model.base(), () -> look(model, optional, known.contains(name), seen, now))) {
                sightings.put(name, seen);
            }
        }
        looks.await();
        Map<String, AspiredModel> aspired = new TreeMap<>();
        for (DesiredModel model : models.values()) {
            boolean unknown = mayBeNone.contains(model.name()) && !known.contains(model.name());
            String problem;
            try {
                Optional<Optional<AspiredModel>> answer = looks.take(model.name());
                if (answer.isPresent()) {
                    answer.get().ifPresent(found -> aspired.put(model.name(), found));
                    continue;
                }
                problem = hangs(model.base());
            } catch (CompletionException failure) {
                if (!(failure.getCause() instanceof ServingException)) {
                    LOG.errorf(failure.getCause(), "looking for versions of model `%s` failed", model.name());
                }
                problem = messageOf(failure);
            }
            if (unknown) {
                problems.put("folder entry `" + model.name() + "`", problem);
            } else {
                aspired.put(model.name(), new AspiredModel(model, new Unreadable(problem)));
            }
        }
        return aspired;
    }

    /// @param optional a directory in the folder, which is a model only if it holds versions
    /// @param known it was one at the last poll
    /// @return nothing for a directory that is no model
    /// @throws ServingException if the directory cannot be read and nothing tells that it is a model
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
            if (optional && !known) {
                throw unreadable;
            }
            return Optional.of(new AspiredModel(model, new Unreadable(unreadable.getMessage())));
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
        List<String> files = store.topFiles(model.base());
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
        String twins = listing.twins();
        return twins != null ? twins : model.deadLabel(listing.versions().keySet());
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
