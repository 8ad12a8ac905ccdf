package io.kaon.protocol.http;

import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.serving.InFlightBytes;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/// Unpacks a compressed request body. Ten kilobytes can become ten megabytes, so what comes out is counted like a body
/// that arrives: against the limit for one body, and against what all requests may hold.
///
/// How long it takes cannot be told beforehand, so it is done in two steps: [#begin] takes a fraction of a
/// millisecond at most, and is all that most bodies need.
final class GzipBody {
    private static final int CHUNK = 64 << 10;

    /// What a compressed byte can become: 258 bytes of two bits.
    private static final long MOST_OF_A_BYTE = 1032;

    private final HttpLimits limits;
    private final byte[] packed;
    private final List<Buffer> chunks = new ArrayList<>();
    private @Nullable InputStream plain;
    private boolean whole;
    private long size;

    /// @param packed not copied
    GzipBody(byte[] packed, HttpLimits limits) {
        this.packed = packed;
        this.limits = limits;
    }

    /// Unpacks the first [#CHUNK] bytes.
    ///
    /// @return this
    /// @throws ServingException INVALID_REQUEST, TOO_LARGE or OVERLOADED; nothing is set aside then
    GzipBody begin() {
        orNothing(this::unpackOne);
        return this;
    }

    /// Whether all is unpacked.
    boolean isWhole() {
        return whole;
    }

    /// As many bytes as may come out at most.
    long largest() {
        return Math.min(limits.largestBody(), packed.length * MOST_OF_A_BYTE);
    }

    /// Unpacks what is left.
    ///
    /// @return the plain body, whose bytes have been set aside in [HttpLimits#inFlight]
    /// @throws ServingException as [#begin]
    RequestBody finish() {
        while (!whole) {
            orNothing(this::unpackOne);
        }
        return new RequestBody(chunks, (int) size);
    }

    private void orNothing(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | Error failure) {
            giveUp();
            throw failure;
        }
    }

    /// Lets go of what has been unpacked, which nothing will ask for; again, it does nothing.
    void giveUp() {
        limits.inFlight().release(size);
        size = 0;
        close();
    }

    private void unpackOne() {
        try {
            InputStream stream = plain;
            if (stream == null) {
                stream = new GZIPInputStream(new ByteArrayInputStream(packed), CHUNK);
                plain = stream;
            }
            byte[] chunk = stream.readNBytes(CHUNK);
            keep(chunk);
            if (chunk.length < CHUNK) {
                whole = true;
                close();
            }
        } catch (IOException broken) {
            // TensorFlow Serving takes such a body for an empty one.
            throw new ServingException(
                    ErrorKind.INVALID_REQUEST,
                    "JSON Parse error: The document is empty: Content-Encoding says gzip, and the body is none: "
                            + broken.getMessage(),
                    broken);
        }
    }

    /// Frees the memory that the decompressor has outside the heap.
    private void close() {
        try (InputStream _ = plain) {
            plain = null;
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    @SuppressWarnings("deprecation") // Moves to an interface of its own in the next Vert.x.
    private void keep(byte[] chunk) {
        InFlightBytes inFlight = limits.inFlight();
        if (size + chunk.length > limits.largestBody()) {
            throw limits.tooLarge("more, unpacked");
        }
        if (!inFlight.tryReserve(chunk.length, size)) {
            throw inFlight.full();
        }
        size += chunk.length;
        chunks.add(Buffer.buffer(Unpooled.wrappedBuffer(chunk)));
    }
}
