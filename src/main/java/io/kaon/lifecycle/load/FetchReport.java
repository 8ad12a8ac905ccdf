package io.kaon.lifecycle.load;

import io.kaon.model.ModelId;
import io.kaon.storage.ByteSize;
import io.kaon.storage.Progress;
import io.kaon.storage.ProgressReading;
import io.kaon.storage.StoredVersion;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Tells how the files of one version come: the log, the version's status, and who counts bytes. Looks at
/// the copy when a timer says so, so that no thread waits for it.
///
/// Of a copy that takes less than a second, only the end is told.
///
/// Safe for use by several threads. Nothing is told of a version's status once the copy has ended, because
/// a status that comes after the outcome would be one of the next attempt.
final class FetchReport {
    private static final Duration LOOK = Duration.ofSeconds(1);

    /// Statuses are asked for by people who wait, logs are read later.
    private static final int LOOKS_PER_LINE = 10;

    private final FetchReports to;
    private final ModelId id;
    private final StoredVersion stored;
    private final Progress progress;
    private int looks;
    private long counted;
    private boolean ended;
    private @Nullable ScheduledFuture<?> next;

    FetchReport(FetchReports to, ModelId id, StoredVersion stored, Progress progress) {
        this.to = to;
        this.id = id;
        this.stored = stored;
        this.progress = progress;
    }

    Progress progress() {
        return progress;
    }

    synchronized void begin() {
        next = to.timer().schedule(this::look, LOOK.toNanos(), TimeUnit.NANOSECONDS);
    }

    private synchronized void look() {
        if (ended) {
            return;
        }
        looks++;
        ProgressReading reading = progress.read();
        count(reading);
        if (looks == 1) {
            log("fetching " + ByteSize.text(stored.files().bytes()) + " in "
                    + stored.files().filesText() + " from " + stored.location());
        } else if (looks % LOOKS_PER_LINE == 0) {
            log("fetching: " + reading.text());
        }
        to.tell(new LoadEvent.Fetching(id, "fetching: " + reading.text()));
        begin();
    }

    /// @param whole whether all is there; otherwise the caller says why
    synchronized void end(boolean whole) {
        ended = true;
        to.ended(this);
        if (next != null) {
            next.cancel(false);
        }
        ProgressReading reading = progress.read();
        count(reading);
        if (whole) {
            log("fetched " + reading.summary());
        } else if (looks > 0) {
            log("fetching ended early: " + reading.text());
        }
        if (looks > 0) {
            to.tell(new LoadEvent.Fetching(id, null));
        }
    }

    private void count(ProgressReading reading) {
        long more = reading.copied() - counted;
        if (more > 0) {
            to.count(id, more);
            counted += more;
        }
    }

    private void log(String line) {
        to.log("model=" + id.name() + " version=" + id.version() + " " + line);
    }
}
