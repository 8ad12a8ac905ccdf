package io.kaon.engine.djl.archive;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// The bytes of a pickle, from the first to the last.
final class PickleBytes {
    private final ByteBuffer in;

    PickleBytes(byte[] pickle) {
        this.in = ByteBuffer.wrap(pickle).order(ByteOrder.LITTLE_ENDIAN);
    }

    int one() throws IOException {
        return need(1).get() & 0xFF;
    }

    int two() throws IOException {
        return need(2).getShort() & 0xFFFF;
    }

    int four() throws IOException {
        return need(4).getInt();
    }

    void skip(int bytes) throws IOException {
        need(bytes).position(in.position() + bytes);
    }

    String text(int length) throws IOException {
        ByteBuffer rest = need(length);
        byte[] bytes = new byte[length];
        rest.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = one(); c != '\n'; c = one()) {
            line.append((char) c);
        }
        return line.toString();
    }

    /// A number in so many bytes, the last of which has the sign.
    long whole(int length) throws IOException {
        if (length > Long.BYTES) {
            throw new IOException("a number of " + length + " bytes");
        }
        long value = 0;
        for (int i = 0; i < length; i++) {
            long next = one();
            value |= (i == length - 1 ? (byte) next : next) << (8 * i);
        }
        return value;
    }

    private ByteBuffer need(int bytes) throws IOException {
        if (bytes < 0 || bytes > in.remaining()) {
            throw new IOException("it ends within a value");
        }
        return in;
    }
}
