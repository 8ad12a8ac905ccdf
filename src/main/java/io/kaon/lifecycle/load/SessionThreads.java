package io.kaon.lifecycle.load;

import io.kaon.engine.Engine;
import io.kaon.engine.EngineSession;
import io.kaon.engine.EngineSettings;
import io.kaon.engine.InspectedModel;
import io.kaon.lifecycle.declaration.DesiredModel;
import io.kaon.lifecycle.declaration.EngineOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;

/// Loads a version, and finds out how the processors are best divided for it: into lanes that run batches beside one
/// another, or into threads that share the operators of one.
///
/// One thread each is right for most models: nothing is handed from thread to thread, and under load all
/// processors are busy anyway. But who sends single requests to a heavy model waits while the other processors do
/// nothing. So a model whose run takes long is loaded once more with as many threads as there are processors. If its
/// run is nearly as many times as short, it keeps them and runs one batch at a time, at about the same throughput.
/// If not, it keeps to one thread.
///
/// A version is loaded twice at most. The session that was measured first stays open until the second is
/// measured, and the better one is kept. For two sessions of a large model there may not be enough memory, and
/// to read it once more may take a minute in which it does not serve: it is loaded for all processors, and kept
/// so, one batch at a time, unless its runs turn out to be short.
///
/// Versions of a model are alike. So what was found is remembered until the model is forgotten, and the next version
/// is loaded once, with as many threads, unless its runs take much longer or shorter than they took before.
///
/// On another device than the processor there is nothing to find out: it computes one batch at a time, and its own way.
/// Such a version is loaded once and gets one lane; how large its batches are is measured as for all.
///
/// Called on the threads that load; [#forget] by any thread.
public final class SessionThreads {
    /// Shorter runs are not worth another load. Most are a thousand times as short.
    static final Duration HEAVY = Duration.ofMillis(5);

    /// Of what one thread would take, divided by the threads.
    private static final double EFFICIENT = 0.75;

    /// Of models up to this estimate two sessions may be open at once. About what one load takes for a moment anyway,
    /// so that a server with room for a model has room for measuring it.
    static final long MOST_FOR_TWO = 512L << 20;

    /// How many times as long a run of another version may take. Loads and requests beside it slow it down, too.
    private static final int ALIKE = 3;

    private static final Logger LOG = Logger.getLogger(SessionThreads.class);

    private final ShortestRun shortestRun;
    private final Map<String, Known> known = new ConcurrentHashMap<>();

    /// What was found for a heavy model.
    private record Known(int threads, long nanos) {
        boolean holdsFor(long measured) {
            return measured <= ALIKE * nanos && nanos <= ALIKE * measured;
        }
    }

    /// @param nanos of the shortest run; nothing if the model cannot be run on zeros
    private record Measured(EngineSession session, int threads, Optional<Long> nanos) {
        boolean isSingle() {
            return threads == 1;
        }

        /// Nothing is to be gained by more threads.
        boolean isLight() {
            return isSingle() && nanos.isPresent() && nanos.get() < HEAVY.toNanos();
        }

        String time() {
            return nanos.isEmpty()
                    ? "an unknown time"
                    : Duration.ofNanos(nanos.get()).toMillis() + " ms";
        }

        /// @param pays whether it is better to share threads than to run several batches
        Opened opened(boolean pays) {
            return isSingle() || !pays ? new Opened(session, threads) : new Opened(session, threads, 1);
        }

        Opened instead(Measured worse, boolean pays) {
            try {
                worse.session.close();
                return opened(pays);
            } catch (RuntimeException | Error failure) {
                session.close();
                throw failure;
            }
        }
    }

    /// @param threads that share an operator of the session
    /// @param lanes batches that may run at the same time
    record Opened(EngineSession session, int threads, int lanes) {
        /// Another device computes one batch at a time.
        Opened {
            lanes = session.isOnDevice() ? 1 : lanes;
        }

        /// As many batches as there are lanes: one thread each, or what the operator wants.
        Opened(EngineSession session, int threads) {
            this(session, threads, Integer.MAX_VALUE);
        }
    }

    /// @param clock nanoseconds
    /// @param timer ends runs that exceed the longest time of a warm-up
    public SessionThreads(LongSupplier clock, ScheduledExecutorService timer) {
        this.shortestRun = new ShortestRun(HEAVY, clock, timer);
    }

    /// Runs nothing where the model is not to be warmed up; operators keep to the threads of the settings then.
    ///
    /// @throws io.kaon.model.ServingException as the engine
    Opened open(Engine engine, InspectedModel inspected, DesiredModel model, Path files) {
        EngineOptions options = model.options().engine();
        EngineSettings settings = options.settings();
        if (!options.mayTryMore() || model.options().warmUp().isZero() || !engine.hasThreadsPerSession()) {
            return new Opened(inspected.load(files, settings), settings.intraOpThreads());
        }
        if (inspected.memoryBytes() > MOST_FOR_TWO) {
            return large(inspected, model, files);
        }
        Known before = known.get(model.name());
        Measured first = measured(inspected, files, model, before == null ? 1 : before.threads);
        if (first.isLight()) {
            known.remove(model.name());
            return first.opened(false);
        }
        // What cannot be measured is loaded as the versions before it were.
        if (first.nanos.isEmpty() || (before != null && before.holdsFor(first.nanos.get()))) {
            return first.opened(true);
        }
        return better(first, inspected, model, files);
    }

    /// The next version of this model is measured as if it were the first.
    void forget(String model) {
        known.remove(model);
    }

    /// Begins with all processors, or with what suited the version before: runs that are long even so are better off
    /// with them, and most large models have such runs. Only one with short runs is loaded again, for one thread;
    /// two sessions are never open.
    private Opened large(InspectedModel inspected, DesiredModel model, Path files) {
        int all = model.options().engine().mostThreads();
        Known before = known.get(model.name());
        Measured first = measured(inspected, files, model, before == null ? all : before.threads);
        boolean isHeavy = first.nanos.isPresent() && first.nanos.get() >= HEAVY.toNanos();
        if (first.nanos.isEmpty() || isHeavy != first.isSingle()) {
            return keep(model, first);
        }
        first.session.close();
        return keep(model, measured(inspected, files, model, first.isSingle() ? all : 1));
    }

    private Opened keep(DesiredModel model, Measured kept) {
        kept.nanos.ifPresent(nanos -> known.put(model.name(), new Known(kept.threads, nanos)));
        return kept.opened(kept.nanos.isPresent());
    }

    /// Loads the version with the other number of threads too.
    private Opened better(Measured first, InspectedModel inspected, DesiredModel model, Path files) {
        Measured second;
        try {
            second = measured(
                    inspected,
                    files,
                    model,
                    first.isSingle() ? model.options().engine().mostThreads() : 1);
        } catch (Error failure) {
            first.session.close();
            throw failure;
        } catch (RuntimeException failure) {
            LOG.warnf(
                    "model=%s threads=%d its runs are not measured with others: it cannot be loaded once more: %s",
                    model.name(), first.threads, failure.getMessage());
            return first.opened(false);
        }
        boolean pays = remember(model.name(), first.isSingle() ? first : second, first.isSingle() ? second : first);
        boolean firstIsBetter = first.isSingle() != pays;
        return firstIsBetter ? first.instead(second, pays) : second.instead(first, pays);
    }

    /// @return whether sharing pays
    private boolean remember(String model, Measured single, Measured shared) {
        boolean pays = single.nanos.isPresent()
                && shared.nanos.isPresent()
                && single.nanos.get() >= EFFICIENT * shared.threads * shared.nanos.get();
        LOG.infof(
                "model=%s a run takes %s with one thread, %s with %d: %s",
                model,
                single.time(),
                shared.time(),
                shared.threads,
                pays ? "all of them share each run" : "each run keeps to one");
        Measured better = pays ? shared : single;
        if (better.nanos.isEmpty() || better.isLight()) {
            known.remove(model);
        } else {
            known.put(model, new Known(better.threads, better.nanos.get()));
        }
        return pays;
    }

    private Measured measured(InspectedModel inspected, Path files, DesiredModel model, int threads) {
        EngineSettings settings = model.options().engine().settings();
        EngineSession session = inspected.load(files, settings.withIntraOpThreads(threads));
        try {
            return new Measured(
                    session,
                    threads,
                    session.isOnDevice()
                            ? Optional.empty()
                            : shortestRun.nanos(session, model.options().warmUp()));
        } catch (RuntimeException | Error failure) {
            session.close();
            throw failure;
        }
    }
}
