package io.kaon.app.command;

import io.kaon.app.terminal.ProgressBar;
import io.kaon.storage.Progress;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Shows the person who waits for a copy how far it is: a bar that is drawn again and again on a terminal,
/// and a line every few seconds elsewhere, as in a log. Of a copy that is over before that, nothing is
/// shown.
///
/// Draws on the timer's thread. Closed by the thread that copies, after which nothing is drawn.
final class FetchDisplay implements AutoCloseable {
    private static final Duration REDRAW = Duration.ofMillis(200);
    private static final Duration NEXT_LINE = Duration.ofSeconds(5);

    private final Progress progress;
    private final boolean terminal;
    private final PrintWriter err;
    private final ScheduledExecutorService timer;
    private boolean drawn;
    private boolean closed;
    private @Nullable ScheduledFuture<?> next;

    private FetchDisplay(Progress progress, boolean terminal, PrintWriter err, ScheduledExecutorService timer) {
        this.progress = progress;
        this.terminal = terminal;
        this.err = err;
        this.timer = timer;
    }

    /// @param terminal whether `err` is one
    static FetchDisplay begin(Progress progress, boolean terminal, PrintWriter err, ScheduledExecutorService timer) {
        FetchDisplay display = new FetchDisplay(progress, terminal, err, timer);
        display.schedule();
        return display;
    }

    private synchronized void schedule() {
        next = timer.schedule(this::show, (terminal ? REDRAW : NEXT_LINE).toNanos(), TimeUnit.NANOSECONDS);
    }

    private synchronized void show() {
        if (closed) {
            return;
        }
        if (terminal) {
            drawn = true;
            draw();
        } else {
            err.println(progress.read().text());
        }
        schedule();
    }

    private void draw() {
        err.print(ProgressBar.CLEAR + ProgressBar.of(progress.read()));
        err.flush();
    }

    /// Draws how it has ended, and leaves the line.
    @Override
    public synchronized void close() {
        closed = true;
        if (next != null) {
            next.cancel(false);
        }
        if (drawn) {
            draw();
            err.println();
        }
    }
}
