package io.kaon.storage.s3;

import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.storage.Location;
import io.kaon.storage.Transfer;
import java.io.IOException;
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
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.RequestPayer;

/// Fetches the objects of one version, several at a time, and large ones in parts: a single connection to S3 gives
/// 50 to 100 MB/s, a machine takes a hundred times that.
///
/// The thread that calls begins requests as places for them come free. Each waits for its answer on a virtual thread
/// and writes the bytes where they belong ([S3Part]). The first failure that the client library does not mend by
/// asking again ends all of it, by interrupts. What is there by then stays for the next call.
final class S3Fetch {
    /// Large enough that the time until the first byte matters little, small enough that a part which is asked for
    /// again costs little.
    static final long PART = 8 << 20;

    private static final Duration LOOK = Duration.ofMillis(100);

    /// Longer than interrupted requests take to end.
    private static final int MOST_LOOKS = 20;

    private final Location directory;
    private final S3Place place;
    private final S3Client client;
    private final S3Account account;
    private final Semaphore room;
    private final S3Partial partial;
    private final Transfer transfer;
    private final S3Failures failures;
    /// From before they start until they have ended.
    private final Set<Thread> requests = ConcurrentHashMap.newKeySet();
    private final Set<S3Partial.Growing> open = ConcurrentHashMap.newKeySet();
    /// What requests read into; those that have ended leave it for the next.
    private final Queue<byte[]> steps = new ConcurrentLinkedQueue<>();

    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    /// @param room for requests, shared with other fetches
    S3Fetch(
            Location directory,
            S3Client client,
            S3Account account,
            Semaphore room,
            S3Partial partial,
            Transfer transfer,
            S3Failures failures) {
        this.directory = directory;
        this.place = S3Place.of(directory);
        this.client = client;
        this.account = account;
        this.room = room;
        this.partial = partial;
        this.transfer = transfer;
        this.failures = failures;
    }

    /// @throws ServingException STORAGE_FAILED, or CANCELLED when the transfer is
    /// @throws IOException when what has come cannot be written
    void fetch(List<S3Files.File> files) throws IOException {
        try {
            for (int i = 0; i < files.size(); i++) {
                transfer.check();
                begin(files.get(i), i);
            }
            awaitAll();
        } finally {
            endRequests();
        }
    }

    /// After a failure: nothing is written any more once this returns.
    private void endRequests() throws IOException {
        requests.forEach(Thread::interrupt);
        for (S3Partial.Growing growing : open) {
            growing.close();
        }
        for (int looks = 0; looks < MOST_LOOKS && !requests.isEmpty(); looks++) {
            awaitOne();
        }
    }

    private void begin(S3Files.File file, int number) throws IOException {
        if (partial.has(file)) {
            transfer.found(file.size());
            return;
        }
        int parts = Math.toIntExact(Math.max(1, Math.ceilDiv(file.size(), PART)));
        S3Partial.Growing growing = partial.grow(file, number, parts);
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

    private static long length(S3Files.File file, int part) {
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
            default -> throw failures.explain(directory, met);
        }
    }

    private void ask(S3Files.File file, S3Partial.Growing growing, int number, int parts) {
        long from = number * PART;
        long length = length(file, number);
        GetObjectRequest.Builder request =
                GetObjectRequest.builder().bucket(place.bucket()).key(file.key());
        if (file.tag().isEmpty()) {
            request.ifUnmodifiedSince(file.changed());
        } else {
            request.ifMatch(file.tag());
        }
        if (parts > 1) {
            request.range("bytes=" + from + "-" + (from + length - 1));
        }
        if (account.requesterPays()) {
            request.requestPayer(RequestPayer.REQUESTER);
        }
        byte[] left = steps.poll();
        byte[] step = left == null ? new byte[S3Part.STEP] : left;
        S3Part part = new S3Part(place.location(file.key()), growing, file.tag(), from, length, step, transfer);
        Thread thread =
                Thread.ofVirtual().name("s3-fetch").unstarted(() -> get(request.build(), part, step, growing, number));
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
    private void get(GetObjectRequest request, S3Part part, byte[] step, S3Partial.Growing growing, int number) {
        try {
            if (failure.get() == null && !transfer.isCancelled()) {
                long _ = client.getObject(request, part);
                if (growing.add(number)) {
                    open.remove(growing);
                }
            }
        } catch (IOException | RuntimeException | Error failed) {
            IOException notWritten = part.notWritten();
            failure.compareAndSet(
                    null, notWritten == null ? failures.explain(place.location(request.key()), failed) : notWritten);
        } finally {
            steps.add(step);
            room.release();
            requests.remove(Thread.currentThread());
        }
    }
}
