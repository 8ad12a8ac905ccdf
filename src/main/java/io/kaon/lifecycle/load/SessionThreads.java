package io.kaon.lifecycle.load;

import io.kaon.engine.Engine;
import io.kaon.engine.EngineSession;
import io.kaon.engine.EngineSettings;
import io.kaon.engine.TimedRuns;
import io.kaon.lifecycle.declaration.DesiredModel;
import io.kaon.lifecycle.declaration.IntraOp;
import io.kaon.model.ModelSignature;
import io.kaon.model.ZeroInputs;
import io.kaon.tensor.NamedTensors;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
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
/// If not, it is loaded as before: two sessions at once might take more memory than there is.
///
/// Versions of a model are alike. So what was found is remembered, and the next version is loaded once, with as many
/// threads, unless its runs take much longer or shorter than they took before.
///
/// Called on the threads that load.
public final class SessionThreads {
    /// Shorter runs are not worth another load. Most are a thousand times as short.
    static final Duration HEAVY = Duration.ofMillis(5);

    /// Of what one thread would take, divided by the threads.
    private static final double EFFICIENT = 0.75;

    /// How many times as long a run of another version may take. Loads and requests beside it slow it down, too.
    private static final int ALIKE = 3;

    private static final int RUNS = 3;
    private static final Duration LONGEST = Duration.ofSeconds(1);

    private static final Logger LOG = Logger.getLogger(SessionThreads.class);

    private final IntraOp intraOp;
    private final Duration bound;
    private final LongSupplier clock;
    private final ScheduledExecutorService timer;
    private final Map<String, Known> known = new ConcurrentHashMap<>();

    /// What was found for a heavy model.
    private record Known(int threads, long nanos) {
        Opened opened(EngineSession session) {
            return threads == 1 ? new Opened(session, 1) : new Opened(session, threads, 1);
        }

        boolean holdsFor(long measured) {
            return measured <= ALIKE * nanos && nanos <= ALIKE * measured;
        }
    }

    /// @param threads that share an operator of the session
    /// @param lanes batches that may run at the same time
    record Opened(EngineSession session, int threads, int lanes) {
        /// As many batches as there are lanes: one thread each, or what the operator wants.
        Opened(EngineSession session, int threads) {
            this(session, threads, Integer.MAX_VALUE);
        }
    }

    /// @param bound of the runs of one session; zero if there are to be none, and then operators keep to one thread
    /// @param clock nanoseconds
    /// @param timer ends runs that exceed the bound
    public SessionThreads(IntraOp intraOp, Duration bound, LongSupplier clock, ScheduledExecutorService timer) {
        this.intraOp = intraOp;
        this.bound = bound;
        this.clock = clock;
        this.timer = timer;
    }

    /// @throws io.kaon.model.ServingException as the engine
    Opened open(Engine engine, DesiredModel model, Path files) {
        EngineSettings settings = model.settings();
        Integer fixed = intraOp.fixed().get(model.name());
        if (fixed != null) {
            return new Opened(engine.load(files, settings.withIntraOpThreads(fixed)), fixed);
        }
        int most = intraOp.most();
        if (most == 1 || bound.isZero() || !engine.hasThreadsPerSession()) {
            return new Opened(engine.load(files, settings), settings.intraOpThreads());
        }
        Known before = known.get(model.name());
        if (before != null) {
            EngineSession session = engine.load(files, settings.withIntraOpThreads(before.threads));
            Optional<Long> taken = closingOnFailure(session);
            if (taken.isPresent() && before.holdsFor(taken.get())) {
                return before.opened(session);
            }
            session.close();
        }
        return measured(engine, model, files);
    }

    private Opened measured(Engine engine, DesiredModel model, Path files) {
        EngineSettings settings = model.settings();
        int most = intraOp.most();
        EngineSession single = engine.load(files, settings);
        Optional<Long> alone = closingOnFailure(single);
        if (alone.isEmpty() || alone.get() < HEAVY.toNanos()) {
            known.remove(model.name());
            return new Opened(single, 1);
        }
        single.close();
        EngineSession shared = engine.load(files, settings.withIntraOpThreads(most));
        Optional<Long> together = closingOnFailure(shared);
        boolean pays = together.isPresent() && alone.get() >= EFFICIENT * most * together.get();
        LOG.infof(
                "model=%s a run takes %d ms with one thread, %d ms with %d: %s",
                model.name(),
                Duration.ofNanos(alone.get()).toMillis(),
                Duration.ofNanos(together.orElse(0L)).toMillis(),
                most,
                pays ? "all of them share each run" : "each run keeps to one");
        Known found = pays ? new Known(most, together.get()) : new Known(1, alone.get());
        known.put(model.name(), found);
        if (pays) {
            return found.opened(shared);
        }
        shared.close();
        return new Opened(engine.load(files, settings), 1);
    }

    private Optional<Long> closingOnFailure(EngineSession session) {
        try {
            return leastNanos(session);
        } catch (RuntimeException | Error failure) {
            session.close();
            throw failure;
        }
    }

    /// Of a few runs on zeros; nothing if the model does not take them.
    private Optional<Long> leastNanos(EngineSession session) {
        for (ModelSignature signature : session.signatures().values()) {
            List<NamedTensors> zeros = signature.traits().mayBeTried() ? ZeroInputs.of(signature) : List.of();
            if (!zeros.isEmpty()) {
                try {
                    return Optional.of(leastNanos(session, signature, zeros));
                } catch (RuntimeException _) {
                    // Warm-up will say so.
                    return Optional.empty();
                }
            }
        }
        return Optional.empty();
    }

    private long leastNanos(EngineSession session, ModelSignature signature, List<NamedTensors> zeros) {
        long began = clock.getAsLong();
        TimedRuns timed = new TimedRuns(session, bound, clock, timer);
        NamedTensors taken = ZeroInputs.accepted(zeros, inputs -> timed.run(signature, inputs));
        // What the first run takes is a bound: a model that is quick at once need not run again.
        long least = clock.getAsLong() - began;
        for (int i = 0; i < RUNS && least >= HEAVY.toNanos(); i++) {
            long before = clock.getAsLong();
            NamedTensors _ = timed.run(signature, taken);
            long after = clock.getAsLong();
            least = Math.min(least, after - before);
            if (after - began > LONGEST.toNanos()) {
                break;
            }
        }
        return least;
    }
}
