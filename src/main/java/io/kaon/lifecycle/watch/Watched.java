package io.kaon.lifecycle.watch;

import io.kaon.lifecycle.declaration.DesiredModel;
import io.kaon.lifecycle.watch.AspiredModel.Awaited;
import io.kaon.lifecycle.watch.AspiredModel.Found;
import io.kaon.lifecycle.watch.AspiredModel.Unreadable;
import io.kaon.model.ServingException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// What the watcher knows of one model, or of one directory in the folder that may be one: what the last look found,
/// when to look again, and whether a look is under way. Used by the watcher's thread only, but for what looks do.
final class Watched {
    /// How soon to look again while something is being written.
    static final Duration SOON = Duration.ofMillis(250);

    /// What is due so soon is due: models that are looked at together stay together.
    private static final long SLACK = Duration.ofMillis(50).toNanos();

    private static final Logger LOG = Logger.getLogger(Watched.class);

    private final Executor io;
    private final LongSupplier clock;
    private final Supplier<ModelLook> looks;
    private ModelLook seen;
    private Look<Optional<AspiredModel>> look;
    private DesiredModel model;
    private boolean optional;
    private @Nullable AspiredModel found;
    /// Why nothing is known of a directory that may be a model.
    private @Nullable String trouble;
    /// Whether a look at what is declared now has returned.
    private boolean known;
    private Duration interval = Duration.ZERO;
    /// Nanoseconds; meaningless if the next look is not to come by itself.
    private long due;
    private boolean comes = true;

    /// @param clock nanoseconds
    /// @param looks makes one that remembers nothing
    /// @param now nanoseconds
    Watched(DesiredModel model, Executor io, LongSupplier clock, Supplier<ModelLook> looks, long now) {
        this.io = io;
        this.clock = clock;
        this.looks = looks;
        this.model = model;
        this.seen = looks.get();
        this.look = new Look<>(io, clock);
        this.due = now;
    }

    /// What is declared now.
    ///
    /// @param mayBeNone a directory in the folder, which is a model only if it holds versions
    void declare(DesiredModel declared, boolean mayBeNone, long now) {
        optional = mayBeNone;
        if (declared.equals(model)) {
            return;
        }
        if (look.isUnderWay() && !look.isUnderWayAt(declared.base())) {
            // A look that hangs keeps what it began with, and no other look may use that.
            look = new Look<>(io, clock);
            seen = looks.get();
        }
        model = declared;
        known = false;
        due = now;
        comes = true;
    }

    boolean isDue(long now) {
        return comes && due - now <= SLACK;
    }

    /// Begins a look, unless one has not returned.
    ///
    /// @param interval until the next one; see [PollIntervals]
    /// @return what completes when it has returned; null if it did not begin, or need not be waited for
    @Nullable
    CompletableFuture<?> begin(Instant now, long nanos, Duration interval, Runnable returned) {
        DesiredModel subject = model;
        ModelLook sight = seen;
        boolean mayBeNone = optional;
        boolean wasModel = found != null;
        CompletableFuture<?> answer =
                look.begin(subject, subject.base(), () -> sight.look(subject, mayBeNone, wasModel, now), nanos);
        if (answer == null) {
            return null;
        }
        this.interval = interval;
        schedule(interval, nanos);
        return look.worthWaitingFor(answer, returned);
    }

    private void schedule(Duration pause, long nanos) {
        comes = pause.isPositive();
        due = nanos + pause.toNanos();
    }

    void waited() {
        look.waited();
    }

    /// Takes over what a look has found that has returned.
    void take(long nanos) {
        try {
            Optional<AspiredModel> answer = look.take(model);
            if (answer != null) {
                known = true;
                trouble = null;
                found = answer.orElse(null);
                soonIfUnsettled(nanos);
            }
        } catch (CompletionException failure) {
            known = true;
            if (!(failure.getCause() instanceof ServingException)) {
                LOG.errorf(failure.getCause(), "looking for versions of model `%s` failed", model.name());
            }
            fail(messageOf(failure));
        }
    }

    private void soonIfUnsettled(long nanos) {
        if (isUnsettled() && (!interval.isPositive() || interval.compareTo(SOON) > 0)) {
            schedule(SOON, nanos);
        }
    }

    private void fail(String message) {
        if (optional && found == null) {
            trouble = message;
        } else {
            found = new AspiredModel(model, new Unreadable(message));
        }
    }

    static String messageOf(CompletionException failure) {
        return failure.getCause() instanceof ServingException unreadable
                ? unreadable.getMessage()
                : String.valueOf(failure.getCause());
    }

    /// What to announce of it; null if it is no model, or nothing is known yet of what may be none.
    @Nullable
    AspiredModel aspired(long now, Duration bound) {
        if (optional && found == null) {
            return null;
        }
        if (look.hangs(now, bound)) {
            return new AspiredModel(model, new Unreadable(Look.hanging(model.base())));
        }
        return known && found != null ? found : new AspiredModel(model, new Awaited());
    }

    /// Of a directory that may be a model: why it is not known whether it is one; null if it is known, or there
    /// is still hope.
    @Nullable
    String trouble(long now, Duration bound) {
        if (!optional || found != null) {
            return null;
        }
        return look.hangs(now, bound) ? Look.hanging(model.base()) : trouble;
    }

    /// Whether it is known what this is, or that it will not be known soon.
    boolean isKnown(long now, Duration bound) {
        return known || look.hangs(now, bound);
    }

    boolean isModel() {
        return found != null;
    }

    boolean isUnsettled() {
        return found != null && found.finding() instanceof Found versions && versions.unsettled();
    }

    /// Nanoseconds until something is to be done about it; [Long#MAX_VALUE] if nothing is.
    long untilDue(long now, Duration bound) {
        return look.untilDue(now, bound, comes, due);
    }
}
