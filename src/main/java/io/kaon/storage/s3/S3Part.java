package io.kaon.storage.s3;

import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.storage.Location;
import io.kaon.storage.Transfer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.core.async.SdkPublisher;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/// Writes the answer to one request where it belongs in a file. A request that fails on its way is made again by the
/// client library, and begins again here: what the attempt before has written is written over, and no longer counted.
///
/// One attempt at a time, on the threads of the connections.
final class S3Part implements AsyncResponseTransformer<GetObjectResponse, Long> {
    private final Location object;
    private final S3Partial.Growing growing;
    private final String tag;
    private final long from;
    private final long length;
    private final Transfer transfer;
    private volatile @Nullable IOException notWritten;
    private @Nullable Attempt attempt;

    /// @param tag that the object must have; empty if the server gives none
    /// @param from where the part begins in the file, in bytes
    /// @param length of the part, in bytes
    S3Part(Location object, S3Partial.Growing growing, String tag, long from, long length, Transfer transfer) {
        this.object = object;
        this.growing = growing;
        this.tag = tag;
        this.from = from;
        this.length = length;
        this.transfer = transfer;
    }

    /// Why what came could not be written; null if it could.
    @Nullable
    IOException notWritten() {
        return notWritten;
    }

    @Override
    public synchronized CompletableFuture<Long> prepare() {
        forget();
        Attempt next = new Attempt();
        attempt = next;
        return next.done;
    }

    private void forget() {
        if (attempt != null) {
            attempt.forget();
        }
    }

    private synchronized Attempt attempt() {
        Attempt current = attempt;
        if (current == null) {
            throw new IllegalStateException("an answer came before the request was prepared");
        }
        return current;
    }

    @Override
    public void onResponse(GetObjectResponse response) {
        Attempt current = attempt();
        if (!tag.isEmpty() && response.eTag() != null && !tag.equals(response.eTag())) {
            current.refuse("has changed since it was listed: expected " + tag + ", got " + response.eTag());
        } else if (response.contentLength() != null && response.contentLength() != length) {
            current.refuse("is not what was asked for: expected " + length + " bytes from byte " + from + ", got "
                    + response.contentLength());
        }
    }

    @Override
    public void onStream(SdkPublisher<ByteBuffer> body) {
        body.subscribe(attempt());
    }

    @Override
    public void exceptionOccurred(Throwable failure) {
        attempt().done.completeExceptionally(failure);
    }

    /// The body of one answer.
    private final class Attempt implements Subscriber<ByteBuffer> {
        final CompletableFuture<Long> done = new CompletableFuture<>();
        private @Nullable Subscription subscription;
        private long written;
        private boolean forgotten;

        @Override
        public void onSubscribe(Subscription begun) {
            if (subscription != null) {
                begun.cancel();
                return;
            }
            subscription = begun;
            if (done.isDone()) {
                begun.cancel();
            } else {
                begun.request(Long.MAX_VALUE);
            }
        }

        @Override
        public synchronized void onNext(ByteBuffer bytes) {
            if (done.isDone() || forgotten) {
                return;
            }
            int more = bytes.remaining();
            try {
                if (written + more > length) {
                    refuse("is not what was asked for: expected " + length + " bytes from byte " + from + ", got more");
                    return;
                }
                growing.write(bytes, from + written);
                written += more;
                transfer.add(more);
            } catch (IOException failure) {
                notWritten = failure;
                // Without the cause: the client library would take it for a failure of the network, and ask again.
                end(new IllegalStateException("the part cannot be written"));
            } catch (RuntimeException | Error failure) {
                end(failure);
            }
        }

        /// What came is not what was asked for, and will not be if it is asked for again.
        void refuse(String why) {
            end(new ServingException(ErrorKind.STORAGE_FAILED, object + " " + why));
        }

        private void end(Throwable failure) {
            done.completeExceptionally(failure);
            if (subscription != null) {
                subscription.cancel();
            }
        }

        @Override
        public void onError(Throwable failure) {
            done.completeExceptionally(failure);
        }

        @Override
        public void onComplete() {
            if (written == length) {
                done.complete(written);
            } else {
                done.completeExceptionally(
                        new IOException("the answer ended after " + written + " of " + length + " bytes"));
            }
        }

        /// What it has written is not there any more.
        synchronized void forget() {
            forgotten = true;
            if (written > 0) {
                transfer.add(-written);
                written = 0;
            }
        }
    }
}
