package io.kaon.storage.remote;

import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.storage.StoredVersion;
import io.kaon.storage.Transfer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Fetches the files of one version, several at a time, and large ones in parts: a single connection to a store gives
/// 50 to 100 MB/s, a machine takes a hundred times that. Used once.
///
/// The thread that calls begins requests as places for them come free. Each waits for its answer on a virtual thread
/// and writes the bytes where they belong ([PartCopy]). The first failure that the reader does not mend by asking again
/// ends all of it, by interrupts. What is there by then stays for the next call.
public final class RemoteFetch {
    /// Large enough that the time until the first byte matters little, small enough that a part which is asked for
    /// again costs little.
    static final long PART = 8 << 20;

    private static final Duration LOOK = Duration.ofMillis(100);

    /// Longer than interrupted requests take to end.
    private static final int MOST_LOOKS = 20;

    private final StoredVersion wanted;
    private final RemoteReader reader;
    private final Semaphore room;
    private final Transfer transfer;
    /// From before they start until they have ended.
    private final Set<Thread> requests = ConcurrentHashMap.newKeySet();
    private final Set<PartialCopy.Growing> open = ConcurrentHashMap.newKeySet();
    /// What requests read into; those that have ended leave it for the next.
    private final Queue<byte[]> steps = new ConcurrentLinkedQueue<>();

    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    /// @param wanted as it was described
    /// @param room for requests, shared with other fetches
    /// @param transfer told of what has been copied, and asked whether to go on
    public RemoteFetch(StoredVersion wanted, RemoteReader reader, Semaphore room, Transfer transfer) {
        this.wanted = wanted;
        this.reader = reader;
        this.room = room;
        this.transfer = transfer;
    }

    /// @param files that stand there now
    /// @param into what [io.kaon.storage.ModelStore#fetch] is given
    /// @throws ServingException STORAGE_FAILED, or CANCELLED when the transfer is
    /// @throws IOException when what has come cannot be written
    public void fetch(List<RemoteFile> files, Path into) throws IOException {
        transfer.check();
        long fingerprint = wanted.files().fingerprint();
        if (RemoteFiles.summary(files).fingerprint() != fingerprint) {
            throw new ServingException(
                    ErrorKind.STORAGE_FAILED,
                    wanted.location() + " has changed since it was looked at: it is fetched again when it is at rest");
        }
        PartialCopy partial = new PartialCopy(into, fingerprint);
        partial.begin();
        try {
            for (int i = 0; i < files.size(); i++) {
                transfer.check();
                begin(partial, files.get(i), i);
            }
            awaitAll();
        } finally {
            endRequests();
        }
        partial.finish();
    }

    /// After a failure: nothing is written any more once this returns.
    private void endRequests() throws IOException {
        requests.forEach(Thread::interrupt);
        for (PartialCopy.Growing growing : open) {
            growing.close();
        }
        for (int looks = 0; looks < MOST_LOOKS && !requests.isEmpty(); looks++) {
            awaitOne();
        }
    }

    private void begin(PartialCopy partial, RemoteFile file, int number) throws IOException {
        if (partial.has(file)) {
            transfer.found(file.size());
            return;
        }
        int parts = Math.toIntExact(Math.max(1, Math.ceilDiv(file.size(), PART)));
        PartialCopy.Growing growing = partial.grow(file, number, parts);
        open.add(growing);
        if (file.size() == 0) {
            boolean _ = growing.add(0);
            open.remove(growing);
            return;
        }
        boolean whole = true;
        for (int i = 0; i < parts; i++) {
            if (growing.has(i)) {
                transfer.found(length(file, i));
            } else {
                whole = false;
                awaitRoom();
                ask(file, growing, i, parts);
            }
        }
        if (whole) {
            growing.finish();
            open.remove(growing);
        }
    }

    private static long length(RemoteFile file, int part) {
        return Math.min(PART, file.size() - part * PART);
    }

    private void awaitRoom() throws IOException {
        try {
            while (!room.tryAcquire(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
                goOn();
            }
        } catch (InterruptedException interrupted) {
            throw stopped(interrupted);
        }
        try {
            goOn();
        } catch (IOException | RuntimeException ended) {
            room.release();
            throw ended;
        }
    }

    private void awaitAll() throws IOException {
        while (!requests.isEmpty()) {
            goOn();
            awaitOne();
        }
        goOn();
    }

    /// Waits a moment for the end of a request.
    private void awaitOne() {
        Iterator<Thread> any = requests.iterator();
        try {
            if (any.hasNext()) {
                boolean _ = any.next().join(LOOK);
            }
        } catch (InterruptedException interrupted) {
            throw stopped(interrupted);
        }
    }

    private static ServingException stopped(InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        return new ServingException(ErrorKind.NOT_READY, "the server is stopping", interrupted);
    }

    /// Returns if there is no reason to end.
    private void goOn() throws IOException {
        transfer.check();
        Throwable met = failure.get();
        switch (met) {
            case null -> {}
            case IOException notWritten -> throw notWritten;
            default -> throw reader.explain(wanted.location(), met);
        }
    }

    private void ask(RemoteFile file, PartialCopy.Growing growing, int number, int parts) {
        long from = number * PART;
        long length = length(file, number);
        byte[] left = steps.poll();
        byte[] step = left == null ? new byte[PartCopy.STEP] : left;
        PartCopy part = new PartCopy(file.in(wanted.location()), growing, from, length, parts == 1, step, transfer);
        Thread thread = Thread.ofVirtual().name("fetch").unstarted(() -> get(file, part, step, growing, number));
        requests.add(thread);
        try {
            thread.start();
        } catch (RuntimeException | Error noThread) {
            requests.remove(thread);
            room.release();
            throw noThread;
        }
    }

    /// On a thread of its own.
    private void get(RemoteFile file, PartCopy part, byte[] step, PartialCopy.Growing growing, int number) {
        try {
            if (failure.get() == null && !transfer.isCancelled()) {
                reader.read(file, part);
                if (!part.isComplete()) {
                    throw new IOException("the answer was not read to its end");
                }
                if (growing.add(number)) {
                    open.remove(growing);
                }
            }
        } catch (IOException | RuntimeException | Error failed) {
            IOException notWritten = part.notWritten();
            failure.compareAndSet(null, notWritten == null ? reader.explain(part.file(), failed) : notWritten);
        } finally {
            steps.add(step);
            room.release();
            requests.remove(Thread.currentThread());
        }
    }
}
