package io.kaon.app.server;

import io.kaon.app.terminal.ProgressBar;
import io.kaon.storage.Progress;
import io.kaon.storage.ProgressReading;
import java.io.PrintStream;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/// Draws on a terminal how the models come that a server fetches at its start. What is logged meanwhile
/// goes over the bar, which is drawn again below it.
///
/// Safe for use by two threads: the one that draws, and the one that prints what comes next.
final class StartProgress {
    /// Most starts are over by then, and pay nothing.
    private static final Duration FIRST = Duration.ofSeconds(1);

    private static final Duration REDRAW = Duration.ofMillis(200);

    private final Supplier<List<Progress>> fetching;
    private final PrintStream err;
    /// Those that are over by now count as well, so that the bar does not go back.
    private final Set<Progress> begun = new LinkedHashSet<>();
    private boolean drawn;
    private boolean ended;

    /// @param fetching those that are under way
    StartProgress(Supplier<List<Progress>> fetching, PrintStream err) {
        this.fetching = fetching;
        this.err = err;
    }

    /// Draws until the models have settled. Waits on the calling thread.
    ///
    /// @param terminal whether a person can see it, asked once there is something to draw
    void follow(CompletableFuture<Void> settled, BooleanSupplier terminal) {
        Duration wait = FIRST;
        while (true) {
            try {
                settled.get(wait.toNanos(), TimeUnit.NANOSECONDS);
                return;
            } catch (TimeoutException _) {
                if (wait.equals(FIRST) && !terminal.getAsBoolean()) {
                    return;
                }
                draw();
                wait = REDRAW;
            } catch (ExecutionException _) {
                return;
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    synchronized void draw() {
        begun.addAll(fetching.get());
        if (ended || begun.isEmpty()) {
            return;
        }
        ProgressReading all =
                ProgressReading.together(begun.stream().map(Progress::read).toList());
        // From the beginning of its line, whatever else is printed covers it.
        err.print(ProgressBar.CLEAR + ProgressBar.of(all) + "\r");
        err.flush();
        drawn = true;
    }

    /// Takes the bar away. Nothing is drawn after that.
    synchronized void end() {
        ended = true;
        if (drawn) {
            err.print(ProgressBar.CLEAR);
            err.flush();
        }
    }
}
