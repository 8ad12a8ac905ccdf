package io.kaon.protocol.http;

import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;

/// The parts of a body as they come. Small ones are copied together: a client may send a megabyte in a million chunks,
/// and each part that is kept costs a hundred bytes besides its own. The first part stays as it is, because nearly all
/// bodies come in one.
final class BodyParts {
    /// What a part costs that is kept as it came, besides its bytes.
    private static final int COST = 256;

    private static final int SMALL = 4 << 10;
    private static final int BLOCK = 16 << 10;

    private static final byte[] NONE = {};

    private List<Buffer> parts = new ArrayList<>(1);
    private byte[] block = NONE;
    private int filled;
    private int length;

    /// Bytes of memory that one more part takes.
    int cost(int part) {
        if (isKept(part)) {
            return part + COST;
        }
        return part <= block.length - filled ? 0 : BLOCK + COST;
    }

    private boolean isKept(int part) {
        return part >= SMALL || length == 0;
    }

    void add(Buffer part) {
        int size = part.length();
        if (isKept(size)) {
            closeBlock();
            parts.add(part);
        } else {
            if (size > block.length - filled) {
                closeBlock();
                block = new byte[BLOCK];
            }
            part.getBytes(block, filled);
            filled += size;
        }
        length += size;
    }

    @SuppressWarnings("deprecation") // Moves to an interface of its own in the next Vert.x.
    private void closeBlock() {
        if (filled > 0) {
            parts.add(Buffer.buffer(Unpooled.wrappedBuffer(block, 0, filled)));
        }
        block = NONE;
        filled = 0;
    }

    /// The whole body. Nothing is kept here any more, nor added.
    RequestBody whole() {
        closeBlock();
        RequestBody whole = new RequestBody(parts, length);
        clear();
        return whole;
    }

    /// Lets go of what has come; nothing is added any more.
    void clear() {
        parts = List.of();
        block = NONE;
        filled = 0;
    }
}
