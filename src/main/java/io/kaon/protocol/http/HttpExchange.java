package io.kaon.protocol.http;

import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.serving.WorkingMemory;
import io.vertx.core.Future;
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
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One REST request and its answer, on the request's event loop.
///
/// Whatever a request holds (its body's bytes, a lease, a place in a queue) is registered with [#atEnd] and
/// given back exactly once: after the answer has been written, or when the client has left. Not for use by
/// other threads.
public final class HttpExchange {
    /// Compressing an answer's text takes about this many times as long as writing the numbers in it.
    private static final int COMPRESSING = 64;

    /// What takes no more than this is not worth waiting for.
    private static final long SMALL_WEIGHT = 1 << 20;

    /// Answers up to this size are no longer counted once they have been written: as many bytes may wait to be sent on
    /// any connection, and a connection that has more of them waiting is not read from.
    private static final int SMALL_ANSWER = 64 << 10;

    private final Vertx vertx;
    private final ContextInternal context;
    private final HttpServerRequest request;
    private final HttpLimits limits;
    private final List<Runnable> atEnd = new ArrayList<>();
    private final boolean takesGzip;
    private @Nullable BodyCollector body;
    private boolean bodyRefused;
    private boolean inTurn;
    private boolean keepsTurn;
    /// Bytes that are counted for what was made of the body, or for the result.
    private long held;
    /// Bytes that are counted for an answer that is about to be written.
    private long unread;

    private boolean answered;
    private boolean ended;

    /// Called on the event loop, before the request's body is read.
    public HttpExchange(RoutingContext routing, HttpLimits limits) {
        this.vertx = routing.vertx();
        this.context = (ContextInternal) vertx.getOrCreateContext();
        this.request = routing.request();
        this.limits = limits;
        this.takesGzip = AcceptedCodings.takesGzip(request.getHeader(HttpHeaders.ACCEPT_ENCODING));
        routing.addEndHandler(_ -> end());
    }

    /// The event loop, where results of inference are to complete: the same object for all exchanges on it, by
    /// which requests that arrive together are known to belong together.
    public Executor eventLoop() {
        return context.nettyEventLoop();
    }

    /// Whether the answer is written, or its client has left.
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
        CompletableFuture<?> _ = convert(packed.length(), () -> new GzipBody(packed.join(), limits).begin())
                .thenCompose(this::unpackRest)
                .handle((plain, failure) -> {
                    if (failure != null) {
                        Throwable cause = failure instanceof CompletionException wrapped && wrapped.getCause() != null
                                ? wrapped.getCause()
                                : failure;
                        otherwise.accept(
                                cause instanceof ServingException refusal
                                        ? refusal
                                        : new ServingException(ErrorKind.INTERNAL, "unpacking failed", cause));
                    } else if (ended || body == null) {
                        limits.inFlight().release(plain.length());
                    } else {
                        body.becomes(plain.length());
                        then.accept(plain);
                    }
                    return null;
                });
    }

    private CompletableFuture<RequestBody> unpackRest(GzipBody begun) {
        if (begun.isWhole()) {
            return CompletableFuture.completedFuture(begun.finish());
        }
        return inTurn(
                        begun.largest(),
                        limits.arriving().stall(),
                        () -> convert(Long.MAX_VALUE, begun::finish),
                        CompletableFuture::completedFuture)
                .whenComplete((_, failure) -> {
                    if (failure != null) {
                        begun.giveUp();
                    }
                });
    }

    /// Does work that takes memory when there is memory for it: others are let in as it ends. What takes little is done
    /// at once.
    ///
    /// @param weight bytes of heap that the work is expected to take
    /// @param patience how long to wait for it
    /// @param work what takes the memory
    /// @param next what is begun with the result of the work; by the time it returns, it has said with [#hold] what
    ///     the result takes, and the memory is free for others unless that did not fit
    /// @return what the next step gave; fails with OVERLOADED if its turn did not come
    public <T, U> CompletableFuture<U> inTurn(
            long weight,
            Duration patience,
            Supplier<CompletableFuture<T>> work,
            Function<T, CompletableFuture<U>> next) {
        if (weight <= SMALL_WEIGHT || keepsTurn) {
            return work.get().thenCompose(next);
        }
        CompletableFuture<WorkingMemory.Share> turn = limits.working().enter(weight);
        long timer = vertx.setTimer(
                Math.max(1, patience.toMillis()),
                _ -> turn.completeExceptionally(new ServingException(
                        ErrorKind.OVERLOADED, "other large requests take all the memory there is; try again later")));
        // However it ends: until its time a timer keeps what waits for the turn, the body among that.
        CompletableFuture<?> _ = turn.whenComplete((_, _) -> vertx.cancelTimer(timer));
        atEnd(() -> turn.cancel(false));
        return turn.thenComposeAsync(share -> withShare(share, work, next), eventLoop());
    }

    private <T, U> CompletableFuture<U> withShare(
            WorkingMemory.Share share, Supplier<CompletableFuture<T>> work, Function<T, CompletableFuture<U>> next) {
        CompletableFuture<U> result;
        try {
            result = work.get().thenCompose(worked -> {
                inTurn = true;
                CompletableFuture<U> begun = next.apply(worked);
                if (!keepsTurn) {
                    // What waits or runs from now on is counted as held, and no longer as being worked on.
                    inTurn = false;
                    share.close();
                }
                return begun;
            });
        } catch (RuntimeException | Error failure) {
            result = CompletableFuture.failedFuture(failure);
        }
        return result.whenComplete((_, _) -> share.close());
    }

    /// Counts what was made of the body in place of the body.
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
        hold(bytes);
    }

    /// Counts these bytes, in place of what has been counted here before, until the exchange ends. A request whose turn
    /// it is, is not refused any more: if there is no room for the bytes, it keeps its turn until it is answered.
    ///
    /// @throws ServingException TOO_LARGE or OVERLOADED when there is no room for it
    public void hold(long bytes) {
        letGo();
        if (!inTurn) {
            limits.inFlight().reserve(bytes);
        } else if (!limits.inFlight().tryReserve(bytes, 0)) {
            keepsTurn = true;
            limits.inFlight().add(bytes);
        }
        held = bytes;
    }

    /// Does a conversion here, or, if it has to do with many bytes, on another thread: converting ten megabytes
    /// would hold up all other clients of this loop.
    ///
    /// @return completes on the event loop; fails with what the conversion threw
    public <T> CompletableFuture<T> convert(long bytes, Supplier<T> conversion) {
        CompletableFuture<T> converted = new CompletableFuture<>();
        Conversion<T> task = new Conversion<>(conversion);
        if (bytes <= limits.offloadBytes()) {
            task.call();
            task.give(converted);
        } else {
            limits.conversions().execute(() -> {
                task.call();
                eventLoop().execute(() -> task.give(converted));
            });
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
    public RestResponse compress(RestResponse answer) {
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

    /// Leaves the body unread; the connection ends with the answer.
    public void leaveBody() {
        bodyRefused = true;
    }

    /// Sets aside what a large answer takes until its client has read it, in place of what the request holds.
    ///
    /// @return the answer
    /// @throws ServingException TOO_LARGE or OVERLOADED when there is no room for it
    public RestResponse setAside(RestResponse answer) {
        if (answer.length() > SMALL_ANSWER && !ended) {
            letGo();
            limits.inFlight().reserve(answer.length());
            unread = answer.length();
        }
        return answer;
    }

    /// Writes the answer; a second one is ignored, and so is one for a client that left. A large one counts as in
    /// flight until all its bytes have been handed to the system.
    public void answer(RestResponse answer) {
        if (answered || ended) {
            return;
        }
        answered = true;
        // A body that is not wanted is let through and dropped; one that was refused stays where it is.
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
        Future<Void> sent;
        if (!bodyRefused) {
            sent = write(response, body);
        } else if (request.version() == HttpVersion.HTTP_2) {
            sent = write(response, body);
            sent.onComplete(_ -> response.reset());
        } else {
            // What is left of the body will not be read, so the connection cannot be used for another request.
            response.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
            sent = write(response, body);
            sent.onComplete(_ -> request.connection().close());
        }
    }

    private Future<Void> write(HttpServerResponse response, Buffer body) {
        int length = body.length();
        if (length <= SMALL_ANSWER) {
            return response.end(body);
        }
        if (unread == 0) {
            limits.inFlight().add(length);
        }
        // The exchange ends before its answer has been read.
        unread = 0;
        return response.end(body).onComplete(_ -> limits.inFlight().release(length));
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
        letGo();
        if (unread > 0) {
            limits.inFlight().release(unread);
            unread = 0;
        }
    }

    private void letGo() {
        if (held > 0) {
            limits.inFlight().release(held);
            held = 0;
        }
    }
}
