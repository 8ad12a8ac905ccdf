package io.kaon.protocol.http;

import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/// An answer that is ready to be sent. Immutable; it does not copy its bytes, which no code may change any more.
public final class RestResponse {
    private final int status;
    private final @Nullable String contentType;
    private final byte[] bytes;
    private final int length;
    private final boolean gzip;

    private RestResponse(int status, @Nullable String contentType, byte[] bytes, int length, boolean gzip) {
        this.status = status;
        this.contentType = contentType;
        this.bytes = bytes;
        this.length = length;
        this.gzip = gzip;
    }

    /// An answer without a body.
    public static RestResponse empty(int status, @Nullable String contentType) {
        return of(status, contentType, new byte[0], 0);
    }

    /// @param contentType null for an answer without a body
    /// @param bytes the body is the first `length` of them
    public static RestResponse of(int status, @Nullable String contentType, byte[] bytes, int length) {
        return new RestResponse(status, contentType, bytes, length, false);
    }

    /// The same, compressed: quickly rather than well, for what is saved on the wire is soon spent on the processor.
    RestResponse compressed() {
        ByteArrayOutputStream out = new ByteArrayOutputStream(length / 2);
        try (FastGzip gzipped = new FastGzip(out)) {
            gzipped.write(bytes, 0, length);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        byte[] smaller = out.toByteArray();
        return new RestResponse(status, contentType, smaller, smaller.length, true);
    }

    int status() {
        return status;
    }

    @Nullable
    String contentType() {
        return contentType;
    }

    /// Bytes of the body.
    int length() {
        return length;
    }

    boolean isGzip() {
        return gzip;
    }

    /// The body, not copied; the method that does not warn comes with the framework's next major version.
    @SuppressWarnings("deprecation")
    Buffer body() {
        return Buffer.buffer(Unpooled.wrappedBuffer(bytes, 0, length));
    }

    private static final class FastGzip extends GZIPOutputStream {
        FastGzip(ByteArrayOutputStream out) throws IOException {
            super(out);
            def.setLevel(Deflater.BEST_SPEED);
        }
    }
}
