package io.kaon.protocol.http;

import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.serving.WorkingMemory;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.impl.ContextInternal;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One REST request and its answer, on the request's event loop.
///
/// Whatever a request holds (its body's bytes, a lease, a place in a queue) is registered with [#atEnd] and
/// given back exactly once: after the answer has been written, or when the client has left. Not for use by
/// other threads.
public final class HttpExchange {
    /// Compressing text takes about this many times as long as writing it.
    private static final int COMPRESSING = 16;

    /// What takes no more than this is not worth waiting for.
    private static final long SMALL_WEIGHT = 1 << 20;

    private final Vertx vertx;
    private final ContextInternal context;
    private final HttpServerRequest request;
    private final HttpLimits limits;
    private final List<Runnable> atEnd = new ArrayList<>();
    private final boolean takesGzip;
    private @Nullable BodyCollector body;
    private boolean bodyRefused;
    private boolean inTurn;
    private boolean answered;
    private boolean ended;

    /// Called on the event loop, before the request's body is read.
    public HttpExchange(RoutingContext routing, HttpLimits limits) {
        this.vertx = routing.vertx();
        this.context = (ContextInternal) vertx.getOrCreateContext();
        this.request = routing.request();
        this.limits = limits;
        this.takesGzip = takesGzip(request.getHeader(HttpHeaders.ACCEPT_ENCODING));
        routing.addEndHandler(_ -> end());
    }

    /// The event loop, where results of inference are to complete: the same object for all exchanges on it, by
    /// which requests that arrive together are known to belong together.
    public Executor eventLoop() {
        return context.nettyEventLoop();
    }

    /// Whether the answer is written, or nobody waits for it.
    public boolean hasEnded() {
        return ended;
    }

    /// Registers what gives something back; called once, at once if the exchange has ended already.
    public void atEnd(Runnable giveBack) {
        if (ended) {
            giveBack.run();
        } else {
            atEnd.add(giveBack);
        }
    }

    /// Collects the body, and unpacks it if it is compressed. One of the two is called on the event loop,
    /// unless the client leaves.
    public void readBody(Consumer<RequestBody> then, Consumer<ServingException> otherwise) {
        BodyCollector collector = new BodyCollector(vertx, request, limits, (read, failure) -> {
            if (ended) {
                return;
            }
            if (read == null) {
                bodyRefused = true;
                otherwise.accept(Objects.requireNonNull(failure));
            } else if (isPacked()) {
                unpack(read, then, otherwise);
            } else {
                then.accept(read);
            }
        });
        atEnd(collector::release);
        body = collector;
        collector.collect();
    }

    private boolean isPacked() {
        String encoding = request.getHeader(HttpHeaders.CONTENT_ENCODING);
        return encoding != null && encoding.contains("gzip");
    }

    private void unpack(RequestBody packed, Consumer<RequestBody> then, Consumer<ServingException> otherwise) {
        // It may become a thousand times as much; ten times is usual.
        CompletableFuture<?> _ = convert(10L * packed.length(), () -> GzipBody.unpack(packed.join(), limits))
                .handle((plain, failure) -> {
                    if (failure != null) {
                        otherwise.accept(
                                failure instanceof ServingException refusal
                                        ? refusal
                                        : new ServingException(ErrorKind.INTERNAL, "unpacking failed", failure));
                    } else if (ended || body == null) {
                        limits.inFlight().release(plain.length);
                    } else {
                        body.becomes(plain.length);
                        then.accept(new RequestBody(plain));
                    }
                    return null;
                });
    }

    /// Works on a large request when there is memory for it: others are let in as it ends. Small ones are
    /// worked on at once.
    ///
    /// @param weight bytes of heap that the work is expected to take
    /// @param patience how long to wait for it
    /// @return what the work gave; fails with OVERLOADED if its turn did not come
    public <T> CompletableFuture<T> inTurn(long weight, Duration patience, Supplier<CompletableFuture<T>> work) {
        if (weight <= SMALL_WEIGHT) {
            return work.get();
        }
        CompletableFuture<WorkingMemory.Share> turn = limits.working().enter(weight);
        long timer = vertx.setTimer(
                Math.max(1, patience.toMillis()),
                _ -> turn.completeExceptionally(new ServingException(
                        ErrorKind.OVERLOADED, "other large requests take all the memory there is; try again later")));
        atEnd(() -> turn.cancel(false));
        return turn.thenComposeAsync(
                share -> {
                    vertx.cancelTimer(timer);
                    inTurn = true;
                    CompletableFuture<T> result;
                    try {
                        result = work.get();
                    } catch (RuntimeException | Error failure) {
                        result = CompletableFuture.failedFuture(failure);
                    }
                    return result.whenComplete((_, _) -> share.close());
                },
                eventLoop());
    }

    /// Counts what was made of the body in place of the body, until the exchange ends. Who has waited for his
    /// turn is not refused any more; whoever comes next may be.
    ///
    /// @param bytes that the inputs take
    /// @param copies how many times as much they will take before the answer is made
    /// @throws ServingException TOO_LARGE or OVERLOADED when there is no room for it
    public void holdInsteadOfBody(long bytes, int copies) {
        if (body != null) {
            body.release();
        }
        if (bytes > limits.working().capacity() / copies) {
            throw new ServingException(
                    ErrorKind.TOO_LARGE,
                    "the inputs take " + bytes + " bytes, and several times that until they are answered: expected at"
                            + " most " + limits.working().capacity() / copies + ", for the heap that this server has");
        }
        if (inTurn) {
            limits.inFlight().add(bytes);
        } else {
            limits.inFlight().reserve(bytes);
        }
        atEnd(() -> limits.inFlight().release(bytes));
    }

    /// Does a conversion here, or, if it has to do with many bytes, on another thread: converting ten megabytes
    /// would hold up everybody else on this loop.
    ///
    /// @return completes on the event loop; fails with what the conversion threw
    public <T> CompletableFuture<T> convert(long bytes, Supplier<T> conversion) {
        CompletableFuture<T> converted = new CompletableFuture<>();
        if (bytes <= limits.offloadBytes()) {
            try {
                converted.complete(conversion.get());
            } catch (RuntimeException | Error failure) {
                // Errors too: memory that did not suffice for one request must not leave its client without an
                // answer.
                converted.completeExceptionally(failure);
            }
        } else {
            context.<T>executeBlocking(conversion::get, false)
                    .onSuccess(converted::complete)
                    .onFailure(converted::completeExceptionally);
        }
        return converted;
    }

    /// Adds a header to the answer that is still to be written.
    public void header(CharSequence name, String value) {
        if (!answered && !ended) {
            request.response().putHeader(name, value);
        }
    }

    /// Compresses the answer if that is worth it and the client takes it. On any thread; best in the same
    /// [#convert] that made it.
    public HttpAnswer compress(HttpAnswer answer) {
        return takesGzip && limits.compressBytes() > 0 && answer.length() >= limits.compressBytes()
                ? answer.compressed()
                : answer;
    }

    /// How many bytes take as long to write as an answer of this size takes to be written and, if the client takes
    /// that, compressed: what to tell [#convert].
    public long effort(long bytes) {
        boolean large = limits.compressBytes() > 0 && bytes >= limits.compressBytes();
        return takesGzip && large ? COMPRESSING * bytes : bytes;
    }

    /// Writes the answer; a second one is ignored, and so is one for a client that left.
    public void answer(HttpAnswer answer) {
        if (answered || ended) {
            return;
        }
        answered = true;
        // A body that nobody wants is let through and dropped; one that was refused stays where it is.
        if (!bodyRefused && !request.isEnded()) {
            request.resume();
        }
        HttpServerResponse response = request.response().setStatusCode(answer.status());
        if (answer.contentType() != null) {
            response.putHeader(HttpHeaders.CONTENT_TYPE, answer.contentType());
        }
        if (answer.isGzip()) {
            response.putHeader(HttpHeaders.CONTENT_ENCODING, "gzip");
            response.putHeader("Vary", HttpHeaders.ACCEPT_ENCODING);
        }
        Buffer body = answer.body();
        // Until it is written; clients take their time. What has been made must go out, so this asks for no room.
        limits.inFlight().add(answer.length());
        atEnd(() -> limits.inFlight().release(answer.length()));
        if (!bodyRefused) {
            response.end(body);
        } else if (request.version() == HttpVersion.HTTP_2) {
            response.end(body).onComplete(_ -> response.reset());
        } else {
            // What is left of the body will not be read, so the connection cannot be used for another request.
            response.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
            response.end(body).onComplete(_ -> request.connection().close());
        }
    }

    /// Whether the header lists gzip, or everything, and does not give it weight 0.
    private static boolean takesGzip(@Nullable String accept) {
        if (accept == null) {
            return false;
        }
        for (String coding : accept.split(",", -1)) {
            String[] parts = coding.trim().split("\\s*;\\s*q\\s*=\\s*", 2);
            boolean named = parts[0].equalsIgnoreCase("gzip") || parts[0].equals("*");
            if (named && (parts.length == 1 || !parts[1].matches("0(\\.0*)?"))) {
                return true;
            }
        }
        return false;
    }

    /// Ends the connection without an answer: when even an error could not be written.
    public void drop() {
        request.connection().close();
    }

    private void end() {
        if (ended) {
            return;
        }
        ended = true;
        atEnd.forEach(Runnable::run);
        atEnd.clear();
    }
}
