package io.kaon.protocol.http;

import io.kaon.model.ServingException;
import io.netty.buffer.Unpooled;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One REST request and its answer, on the request's event loop.
///
/// Whatever a request holds (its body's bytes, a lease, a place in a queue) is registered with [#atEnd] and given back
/// exactly once: after the answer has been written, or when the client has left. Not for use by other threads.
public final class HttpExchange {
    private final Vertx vertx;
    private final Context context;
    private final HttpServerRequest request;
    private final HttpLimits limits;
    private final List<Runnable> atEnd = new ArrayList<>();
    private @Nullable BodyCollector body;
    private boolean bodyRefused;
    private boolean answered;
    private boolean ended;

    /// Called on the event loop, before the request's body is read.
    public HttpExchange(RoutingContext routing, HttpLimits limits) {
        this.vertx = routing.vertx();
        this.context = vertx.getOrCreateContext();
        this.request = routing.request();
        this.limits = limits;
        routing.addEndHandler(_ -> end());
    }

    /// The event loop, where results of inference are to complete.
    public Executor eventLoop() {
        return task -> context.runOnContext(_ -> task.run());
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

    /// Collects the body. One of the two is called on the event loop, unless the client leaves.
    public void readBody(Consumer<byte[]> then, Consumer<ServingException> otherwise) {
        BodyCollector collector = new BodyCollector(vertx, request, limits, (read, failure) -> {
            if (ended) {
                return;
            }
            if (read != null) {
                then.accept(read);
            } else if (failure != null) {
                bodyRefused = true;
                otherwise.accept(failure);
            }
        });
        atEnd(collector::release);
        body = collector;
        collector.collect();
    }

    /// Counts what was made of the body in place of the body, until the exchange ends.
    ///
    /// @throws ServingException TOO_LARGE or OVERLOADED when there is no room for it
    public void holdInsteadOfBody(long bytes) {
        if (body != null) {
            body.release();
        }
        limits.inFlight().reserve(bytes);
        atEnd(() -> limits.inFlight().release(bytes));
    }

    /// Does a conversion here, or, if it has to do with many bytes, on another thread: converting ten megabytes would
    /// hold up everybody else on this loop.
    ///
    /// @return completes on the event loop; fails with what the conversion threw
    public <T> CompletableFuture<T> convert(long bytes, Supplier<T> conversion) {
        CompletableFuture<T> converted = new CompletableFuture<>();
        if (bytes <= limits.offloadBytes()) {
            try {
                converted.complete(conversion.get());
            } catch (RuntimeException | Error failure) {
                // Errors too: memory that did not suffice for one request must not leave its client without an answer.
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

    /// Writes the answer; a second one is ignored, and so is one for a client that left.
    ///
    /// @param contentType null for an answer without a body
    public void answer(int status, @Nullable String contentType, byte[] body, int length) {
        if (answered || ended) {
            return;
        }
        answered = true;
        // A body that nobody wants is let through and dropped; one that was refused stays where it is.
        if (!bodyRefused && !request.isEnded()) {
            request.resume();
        }
        HttpServerResponse response = request.response().setStatusCode(status);
        if (contentType != null) {
            response.putHeader(HttpHeaders.CONTENT_TYPE, contentType);
        }
        if (!bodyRefused) {
            response.end(wrap(body, length));
        } else if (request.version() == HttpVersion.HTTP_2) {
            response.end(wrap(body, length)).onComplete(_ -> response.reset());
        } else {
            // What is left of the body will not be read, so the connection cannot be used for another request.
            response.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
            response.end(wrap(body, length))
                    .onComplete(_ -> request.connection().close());
        }
    }

    /// Without a copy; the method that does not warn comes with the framework's next major version.
    @SuppressWarnings("deprecation")
    private static Buffer wrap(byte[] bytes, int length) {
        return Buffer.buffer(Unpooled.wrappedBuffer(bytes, 0, length));
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
