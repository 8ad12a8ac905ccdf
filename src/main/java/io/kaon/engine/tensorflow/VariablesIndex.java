package io.kaon.engine.tensorflow;

import com.google.protobuf.CodedInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/// Checks `variables.index`, the sorted table in which TensorFlow looks up where each variable's values lie: that its
/// blocks lie within the file and have the checksums that were written with them. TensorFlow asks for as much memory as
/// a broken length says, and ends the process when it is not to be had.
///
/// A table is blocks, each followed by one byte for its compression and a checksum of both, and at the end 48 bytes
/// that say where the index block lies, whose entries say where the others lie. (As TensorFlow's
/// `lib/io/table_format.txt`
/// describes it.)
final class VariablesIndex {
    private static final int FOOTER = 48;
    private static final long MAGIC = 0xdb4775248b80fb57L;
    private static final int TRAILER = 5;
    private static final int CHECKSUM_DELTA = 0xa282ead8;

    private final byte[] table;

    private VariablesIndex(byte[] table) {
        this.table = table;
    }

    /// @throws IOException if it is broken
    static void check(byte[] table) throws IOException {
        new VariablesIndex(table).check();
    }

    private void check() throws IOException {
        int footer = table.length - FOOTER;
        if (footer < 0 || littleEndian(table.length - Long.BYTES).getLong() != MAGIC) {
            throw new IOException("it does not end as a table does");
        }
        CodedInputStream in = CodedInputStream.newInstance(table, footer, FOOTER);
        block(in.readRawVarint64(), in.readRawVarint64());
        long from = in.readRawVarint64();
        int size = block(from, in.readRawVarint64());
        // A compressed index is as good as its checksum.
        if (table[(int) from + size] == 0) {
            entries((int) from, size);
        }
    }

    /// The index block: keys that share beginnings, and places as values; at the end the places of some of them.
    private void entries(int from, int size) throws IOException {
        if (size < Integer.BYTES) {
            throw new IOException("its index is too short");
        }
        long restarts = littleEndian(from + size - Integer.BYTES).getInt();
        long end = size - Integer.BYTES * (restarts + 1);
        if (restarts < 0 || end < 0) {
            throw new IOException("its index is too short");
        }
        CodedInputStream in = CodedInputStream.newInstance(table, from, (int) end);
        while (!in.isAtEnd()) {
            int _ = in.readRawVarint32();
            int key = in.readRawVarint32();
            int value = in.readRawVarint32();
            in.skipRawBytes(key);
            int limit = in.pushLimit(value);
            block(in.readRawVarint64(), in.readRawVarint64());
            in.popLimit(limit);
        }
    }

    /// @return the size
    private int block(long offset, long size) throws IOException {
        long most = (long) table.length - FOOTER - TRAILER;
        if (offset < 0 || size < 0 || offset > most || size > most - offset) {
            throw new IOException("a block of " + size + " bytes at " + offset + " does not lie in the file");
        }
        CRC32C checksum = new CRC32C();
        checksum.update(table, (int) offset, (int) size + 1);
        int plain = (int) checksum.getValue();
        int masked = ((plain >>> 15) | (plain << 17)) + CHECKSUM_DELTA;
        if (littleEndian((int) (offset + size + 1)).getInt() != masked) {
            throw new IOException("the block of " + size + " bytes at " + offset + " has another checksum");
        }
        return (int) size;
    }

    private ByteBuffer littleEndian(int at) {
        return ByteBuffer.wrap(table, at, table.length - at).order(ByteOrder.LITTLE_ENDIAN);
    }
}
