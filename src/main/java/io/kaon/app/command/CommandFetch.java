package io.kaon.app.command;

import io.kaon.app.server.StopSignals;
import io.kaon.app.terminal.Terminal;
import io.kaon.storage.ModelStore;
import io.kaon.storage.Progress;
import io.kaon.storage.ProgressReading;
import io.kaon.storage.StoredVersion;
import io.kaon.storage.Transfer;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// The one copy that a command makes: shows how far it is, and is ended in order when the process is told
/// to end.
public final class CommandFetch {
    /// A store that hangs does not keep the process.
    private static final int PATIENCE_SECONDS = 2;

    private final Transfer transfer = new Transfer();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final PrintWriter err;

    public CommandFetch(PrintWriter err) {
        this.err = err;
    }

    /// Copies, on the calling thread. When a signal comes, now or later, the process ends.
    ///
    /// @param leaving what is still to be done then, once nothing is copied any more
    /// @return how it was at the end
    /// @throws io.kaon.model.ServingException as [ModelStore#fetch]
    /// @throws IOException when `into` cannot be written
    public ProgressReading run(ModelStore store, StoredVersion wanted, Path into, Runnable leaving) throws IOException {
        StopSignals.handle(() -> stop(leaving));
        Progress progress = new Progress(transfer, wanted.files().bytes(), System::nanoTime);
        try (ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(
                        1, run -> Thread.ofPlatform().name("progress").daemon().unstarted(run));
                FetchDisplay _ = FetchDisplay.begin(progress, Terminal.isErr(), err, timer)) {
            store.fetch(wanted, into, transfer);
        } finally {
            ended.countDown();
            if (transfer.isCancelled()) {
                endsAnyway();
            }
        }
        return progress.read();
    }

    /// The thread that was told to stop the process ends it, and says what there is to say.
    private static void endsAnyway() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void stop(Runnable leaving) {
        transfer.cancel();
        try {
            boolean _ = ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        leaving.run();
        Runtime.getRuntime().halt(StopSignals.INTERRUPTED);
    }
}
