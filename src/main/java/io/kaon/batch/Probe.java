package io.kaon.batch;

import io.kaon.batch.proof.Agreement;
import io.kaon.batch.proof.ProbeInputs;
import io.kaon.model.ModelSignature;
import io.kaon.tensor.NamedTensors;
import io.kaon.tensor.NativeSlab;
import java.lang.foreign.Arena;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Asks one signature for rows alone, together and in another order, and says what came of it.
///
/// First a few rows. Then, as long as little time has gone by, more rows, larger batches, and rows of another
/// size where the model takes several. So a model of a tenth of a second per row is done after ten rows, and one
/// of microseconds after a batch as large as will ever be merged.
final class Probe {
    /// What came of it.
    sealed interface Outcome {}

    /// Answers agree, in batches of up to so many rows.
    record Alike(int rows) implements Outcome {}

    /// An answer in company is another than the one alone.
    record Differs(String how) implements Outcome {}

    /// The model takes no rows that are made up, or cannot be compared with itself.
    record Undecided(String why) implements Outcome {}

    /// What only makes the proof stronger ends then.
    private static final Duration ENOUGH = Duration.ofMillis(300);

    private static final long MOST_BYTES = 4 << 20;

    /// What takes longer is not asked again: rows that are made up may never end.
    private static final Duration LONGEST = Duration.ofSeconds(2);

    /// Any number; the same, so that the same model gets the same answer at every start.
    private static final long SEED = 7;

    private final BatchRun run;
    private final ModelSignature signature;
    private final int mostRows;
    private final LongSupplier clock;
    private final RunWatch watch;
    private final long began;
    private final BooleanSupplier isUnloading;
    private final RandomGenerator random = new Random(SEED);
    /// Why nothing more is asked.
    private @Nullable String gaveUp;

    /// @param mostRows of a batch, ever
    /// @param clock nanoseconds
    /// @param isUnloading asked between two runs, so that a version that goes need not wait for the rest
    Probe(
            BatchRun run,
            ModelSignature signature,
            int mostRows,
            LongSupplier clock,
            RunWatch watch,
            BooleanSupplier isUnloading) {
        this.run = run;
        this.signature = signature;
        this.mostRows = mostRows;
        this.clock = clock;
        this.watch = watch;
        this.isUnloading = isUnloading;
        this.began = clock.getAsLong();
    }

    /// Makes all the runs, on the calling thread.
    Outcome outcome() {
        Outcome outcome = shown();
        return gaveUp == null ? outcome : new Undecided(gaveUp);
    }

    private Outcome shown() {
        String refusal = "its rows are too large to make some up";
        ProbeInputs first = null;
        Outcome outcome = null;
        for (ProbeInputs candidate : ProbeInputs.of(signature)) {
            if (gaveUp != null) {
                break;
            }
            if (first != null && !candidate.isLike(first)) {
                continue;
            }
            Asked asked = new Asked(candidate);
            if (!asked.alone(0)) {
                refusal = first == null ? "it refuses rows that are made up for it: " + asked.refusal : refusal;
            } else if (outcome == null) {
                first = candidate;
                outcome = all(asked);
                if (!(outcome instanceof Alike) || !isEarly()) {
                    return outcome;
                }
            } else {
                Outcome second = few(asked);
                return second instanceof Differs ? second : outcome;
            }
        }
        return outcome == null ? new Undecided(refusal) : outcome;
    }

    private NamedTensors run(NamedTensors inputs) {
        if (gaveUp == null && isUnloading.getAsBoolean()) {
            gaveUp = "the version is unloaded";
        }
        if (gaveUp != null) {
            throw new CancellationException(gaveUp);
        }
        WatchedRun watched = new WatchedRun(List.of(), clock.getAsLong(), LONGEST.toNanos());
        try {
            return watch.run(run, signature, inputs, Set.of(), watched);
        } finally {
            if (watched.isTimeUp(clock.getAsLong())) {
                gaveUp = "a row that is made up for it takes longer than " + LONGEST.toSeconds() + " s";
            }
        }
    }

    private boolean isEarly() {
        return clock.getAsLong() - began < ENOUGH.toNanos();
    }

    private Outcome few(Asked asked) {
        if (!asked.answersAlikeTwice()) {
            return new Undecided("it answers the same row differently when asked twice");
        }
        for (int row = 1; row < ProbeInputs.FEW_ROWS; row++) {
            boolean _ = asked.alone(row);
        }
        if (asked.rows.size() < 2) {
            return new Undecided("it refuses most rows that are made up for it: " + asked.refusal);
        }
        return asked.inBothOrders();
    }

    private Outcome all(Asked asked) {
        Outcome few = few(asked);
        if (!(few instanceof Alike) || !isEarly()) {
            return few;
        }
        for (int row = ProbeInputs.FEW_ROWS; row < ProbeInputs.ROWS; row++) {
            boolean _ = asked.alone(row);
        }
        Outcome outcome = asked.inBothOrders();
        while (outcome instanceof Alike(int rows) && rows < mostRows && isEarly() && asked.fits(2 * rows)) {
            outcome = asked.together(asked.some(Math.min(mostRows, 2 * rows)));
        }
        return outcome;
    }

    /// Rows of one kind, and what was answered to each of them alone.
    private final class Asked {
        private final ProbeInputs inputs;
        private final List<NamedTensors> rows = new ArrayList<>();
        private final List<NamedTensors> answers = new ArrayList<>();
        private @Nullable String refusal;

        private Asked(ProbeInputs inputs) {
            this.inputs = inputs;
        }

        /// @return whether the model took the row
        private boolean alone(int number) {
            NamedTensors row = inputs.row(number);
            try {
                answers.add(run(row));
                rows.add(row);
                return true;
            } catch (RuntimeException refused) {
                refusal = refusal == null ? String.valueOf(refused.getMessage()) : refusal;
                return false;
            }
        }

        private boolean answersAlikeTwice() {
            try {
                return Agreement.difference(answers.getFirst(), run(rows.getFirst())) == null;
            } catch (RuntimeException _) {
                return false;
            }
        }

        private Outcome inBothOrders() {
            List<Integer> order = new ArrayList<>();
            for (int row = 0; row < rows.size(); row++) {
                order.add(row);
            }
            Outcome outcome = together(order);
            Collections.rotate(order, 1);
            return outcome instanceof Alike ? together(order) : outcome;
        }

        private boolean fits(int count) {
            return count * rows.getFirst().byteSize() <= MOST_BYTES;
        }

        private List<Integer> some(int count) {
            return random.ints(count, 0, rows.size()).boxed().toList();
        }

        private Outcome together(List<Integer> order) {
            NamedTensors together;
            try {
                together = gathered(order.stream().map(rows::get).toList());
            } catch (RuntimeException refused) {
                return new Differs("it refuses together what it takes alone: " + refused.getMessage());
            }
            if (!Batch.hasRows(together, order.size())) {
                return new Differs("it answers " + order.size() + " rows with " + together);
            }
            boolean tells = false;
            for (int i = 0; i < order.size(); i++) {
                NamedTensors alone = answers.get(order.get(i));
                String difference = Agreement.difference(alone, Batch.slice(together, i, 1));
                if (difference != null) {
                    return new Differs(difference);
                }
                tells |= Agreement.tells(alone);
            }
            return tells
                    ? new Alike(order.size())
                    : new Undecided("its answers to rows that are made up for it are no numbers");
        }

        private NamedTensors gathered(List<NamedTensors> parts) {
            try (Arena arena = Arena.ofConfined()) {
                long room = Math.max(1, Batch.room(parts, 0));
                NamedTensors all = Batch.gather(parts, 0, arena.allocate(room, NativeSlab.ALIGNMENT));
                return run(all);
            }
        }
    }
}
