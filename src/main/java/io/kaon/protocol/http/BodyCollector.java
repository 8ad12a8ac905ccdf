package io.kaon.protocol.http;

import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.io.IOException;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// Collects one request body on its event loop.
///
/// Every chunk is counted before it is kept, by its bytes against the limit for one body, and by the memory that it
/// takes against what all requests may hold. So a body without a Content-Length is bounded like one with it, and a
/// Content-Length beyond the limit is refused before
/// the first byte. A body that makes no progress is given up. The bytes stay counted until [#release]: the tensors that
/// are made of them take about as much.
final class BodyCollector {
    private final Vertx vertx;
    private final HttpServerRequest request;
    private final HttpLimits limits;
    private final BiConsumer<@Nullable RequestBody, @Nullable ServingException> done;
    private final BodyParts parts = new BodyParts();
    private long received;
    private long reserved;
    /// Bytes that had come at the last look, and how many looks in a row found no more.
    private long seen;

    private int idle;
    private boolean ended;

    /// @param done called once on the event loop, with the body or with what is wrong with it
    BodyCollector(
            Vertx vertx,
            HttpServerRequest request,
            HttpLimits limits,
            BiConsumer<@Nullable RequestBody, @Nullable ServingException> done) {
        this.vertx = vertx;
        this.request = request;
        this.limits = limits;
        this.done = done;
    }

    void collect() {
        ServingException refusal = refusalBeforehand();
        if (refusal != null) {
            end(null, refusal);
            return;
        }
        request.handler(this::keep);
        request.endHandler(_ -> end(parts.whole(), null));
        request.exceptionHandler(failure -> end(null, broken(failure)));
        limits.arriving().add(vertx, this);
        if ("100-continue".equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT))
                && request.version() != HttpVersion.HTTP_1_0) {
            // Clients with large bodies wait for this, some for a second, before they send. Those of HTTP/1.0 do not
            // know it, and would take it for the answer (RFC 9110, section 10.1.1).
            request.response().writeContinue();
        }
        request.resume();
    }

    /// Stops counting the body. Called when the answer is on its way, or its client has left.
    void release() {
        ended = true;
        limits.arriving().remove(this);
        drop();
    }

    private void drop() {
        parts.clear();
        limits.inFlight().release(reserved);
        reserved = 0;
    }

    /// From now on the body is held in another form, whose bytes have been set aside already.
    void becomes(long bytes) {
        limits.inFlight().release(reserved);
        reserved = bytes;
    }

    private @Nullable ServingException refusalBeforehand() {
        String declared = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        if (declared == null) {
            return null;
        }
        long length;
        try {
            length = Long.parseLong(declared.trim());
        } catch (NumberFormatException _) {
            return new ServingException(
                    ErrorKind.INVALID_REQUEST, "Content-Length: expected a number of bytes, got \"" + declared + "\"");
        }
        return length <= limits.largestBody() ? null : limits.tooLarge(declared.trim());
    }

    private void keep(Buffer chunk) {
        if (ended) {
            return;
        }
        received += chunk.length();
        if (received > limits.largestBody()) {
            end(null, limits.tooLarge("more"));
            return;
        }
        int cost = parts.cost(chunk.length());
        if (cost > 0 && !limits.inFlight().tryReserve(cost, reserved)) {
            end(null, limits.inFlight().full());
            return;
        }
        reserved += cost;
        parts.add(chunk);
    }

    /// What is not HTTP is told to the client, if there still is one.
    private static ServingException broken(Throwable failure) {
        return failure instanceof IOException
                ? new ServingException(ErrorKind.CANCELLED, "the client left")
                : new ServingException(
                        ErrorKind.INVALID_REQUEST, "the request body is malformed: " + failure.getMessage());
    }

    /// Gives the body up if so many looks in a row have found no more of it than the one before.
    void look(int most) {
        idle = received == seen ? idle + 1 : 0;
        seen = received;
        if (idle >= most) {
            end(
                    null,
                    new ServingException(
                            ErrorKind.STALLED,
                            "the request body stalled: " + received + " bytes came, then nothing for "
                                    + limits.arriving().stall().toSeconds() + " s"));
        }
    }

    private void end(@Nullable RequestBody body, @Nullable ServingException failure) {
        if (ended) {
            return;
        }
        ended = true;
        limits.arriving().remove(this);
        if (body == null) {
            // At once, not when the refusal is written: what is given up makes room for the others that are arriving.
            drop();
        }
        done.accept(body, failure);
    }
}
