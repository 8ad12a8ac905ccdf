package io.kaon.protocol.http;

import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.serving.InFlightBytes;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;

/// Unpacks a compressed request body. Ten kilobytes can become ten megabytes, so what comes out is counted like a body
/// that arrives: against the limit for one body, and against what all requests may hold.
final class GzipBody {
    private static final int CHUNK = 64 << 10;

    private final HttpLimits limits;
    private final List<byte[]> chunks = new ArrayList<>();
    private long size;

    private GzipBody(HttpLimits limits) {
        this.limits = limits;
    }

    /// @return the plain body, whose bytes have been set aside in [HttpLimits#inFlight]
    /// @throws ServingException INVALID_REQUEST, TOO_LARGE or OVERLOADED; nothing is set aside then
    static byte[] unpack(byte[] packed, HttpLimits limits) {
        GzipBody body = new GzipBody(limits);
        try {
            return body.unpack(packed);
        } catch (RuntimeException | Error failure) {
            limits.inFlight().release(body.size);
            throw failure;
        }
    }

    private byte[] unpack(byte[] packed) {
        try (InputStream plain = new GZIPInputStream(new ByteArrayInputStream(packed), CHUNK)) {
            for (byte[] chunk = plain.readNBytes(CHUNK); chunk.length > 0; chunk = plain.readNBytes(CHUNK)) {
                keep(chunk);
            }
        } catch (IOException broken) {
            // The reference takes such a body for an empty one.
            throw new ServingException(
                    ErrorKind.INVALID_REQUEST,
                    "JSON Parse error: The document is empty: Content-Encoding says gzip, and the body is none: "
                            + broken.getMessage(),
                    broken);
        }
        byte[] whole = new byte[(int) size];
        int at = 0;
        for (byte[] chunk : chunks) {
            System.arraycopy(chunk, 0, whole, at, chunk.length);
            at += chunk.length;
        }
        return whole;
    }

    private void keep(byte[] chunk) {
        InFlightBytes inFlight = limits.inFlight();
        if (size + chunk.length > limits.largestBody()) {
            throw limits.tooLarge("more, unpacked");
        }
        if (!inFlight.tryReserve(chunk.length)) {
            throw inFlight.full();
        }
        size += chunk.length;
        chunks.add(chunk);
    }
}
