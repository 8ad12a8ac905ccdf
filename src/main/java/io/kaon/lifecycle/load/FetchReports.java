package io.kaon.lifecycle.load;

import io.kaon.model.ModelId;
import io.kaon.storage.Progress;
import io.kaon.storage.StoredVersion;
import io.kaon.storage.Transfer;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/// What is told of fetches, and to whom. Safe for use by several threads.
final class FetchReports {
    private final LongSupplier clock;
    private final ScheduledExecutorService timer;
    private final Consumer<? super LoadEvent> inbox;
    private final FetchListener listener;
    private final Consumer<String> log;
    private final Set<FetchReport> underWay = ConcurrentHashMap.newKeySet();

    /// @param clock nanoseconds
    /// @param timer looks at the copies
    /// @param inbox told how far a version is
    /// @param listener told of bytes
    /// @param log takes a line
    FetchReports(
            LongSupplier clock,
            ScheduledExecutorService timer,
            Consumer<? super LoadEvent> inbox,
            FetchListener listener,
            Consumer<String> log) {
        this.clock = clock;
        this.timer = timer;
        this.inbox = inbox;
        this.listener = listener;
        this.log = log;
    }

    /// A copy begins. The caller ends the report with the copy.
    FetchReport begin(ModelId id, StoredVersion stored, Transfer transfer) {
        FetchReport report = new FetchReport(
                this, id, stored, new Progress(transfer, stored.files().bytes(), clock));
        underWay.add(report);
        report.begin();
        return report;
    }

    void ended(FetchReport report) {
        underWay.remove(report);
    }

    List<Progress> underWay() {
        return underWay.stream().map(FetchReport::progress).toList();
    }

    ScheduledExecutorService timer() {
        return timer;
    }

    void tell(LoadEvent event) {
        inbox.accept(event);
    }

    void count(ModelId id, long bytes) {
        listener.fetched(id, bytes);
    }

    void log(String line) {
        log.accept(line);
    }
}
