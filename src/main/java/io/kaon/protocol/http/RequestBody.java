package io.kaon.protocol.http;

import io.netty.buffer.ByteBuf;
import io.vertx.core.buffer.Buffer;
import java.util.List;

/// A body that has come whole, still in the parts in which it came. The codec that reads it joins them, on a thread
/// where that holds up no other client. For one use.
public final class RequestBody {
    private final List<Buffer> parts;
    private final int length;

    /// @param parts emptied by [#join]
    RequestBody(List<Buffer> parts, int length) {
        this.parts = parts;
        this.length = length;
    }

    /// Bytes.
    public int length() {
        return length;
    }

    /// The bytes in one array. A part that came alone is not copied once more; of several, each is let go as soon as it
    /// has been.
    public byte[] join() {
        if (parts.size() == 1) {
            return bytes(parts.getFirst());
        }
        byte[] joined = new byte[length];
        int at = 0;
        for (int i = 0; i < parts.size(); i++) {
            Buffer part = parts.set(i, Buffer.buffer());
            part.getBytes(joined, at);
            at += part.length();
        }
        return joined;
    }

    /// Vert.x has copied what it read from the socket into an array of just that size, which nothing else has.
    @SuppressWarnings("deprecation") // Moves to an interface of its own in the next Vert.x.
    private static byte[] bytes(Buffer part) {
        ByteBuf read = part.getByteBuf();
        return read.hasArray() && read.array().length == part.length() ? read.array() : part.getBytes();
    }
}
