package io.kaon.engine.cuda;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Reads which other libraries a library is linked to, from the dynamic section of its ELF file: the loader would name
/// only the first of them that is missing.
///
/// Trusts nothing in the file: what is read is bounded, whatever sizes it states.
public final class NeededLibraries {
    private static final int HEADER = 64;
    private static final int MAGIC = 0x464c457f;
    private static final byte BITS_64 = 2;
    private static final byte LITTLE = 1;
    private static final int PROGRAM_HEADER = 56;
    private static final int LOAD = 1;
    private static final int DYNAMIC = 2;
    private static final int ENTRY = 16;
    private static final long END = 0;
    private static final long NEEDED = 1;
    private static final long STRINGS = 5;
    private static final int MOST_ENTRIES = 4096;
    private static final int LONGEST_NAME = 256;

    private final FileChannel file;
    private final List<Segment> segments = new ArrayList<>();

    private record Segment(int type, long offset, long address, long size) {}

    private NeededLibraries(FileChannel file) {
        this.file = file;
    }

    /// Names, as the file has them, in its order.
    ///
    /// @throws IOException if it cannot be read, or is no library of 64 bits
    public static List<String> of(Path library) throws IOException {
        try (FileChannel file = FileChannel.open(library)) {
            return new NeededLibraries(file).names();
        }
    }

    private List<String> names() throws IOException {
        readSegments();
        Segment dynamic = segments.stream()
                .filter(segment -> segment.type == DYNAMIC)
                .findFirst()
                .orElseThrow(() -> new IOException("no dynamic section"));
        ByteBuffer entries = read(dynamic.offset, (int) Math.min(dynamic.size, (long) MOST_ENTRIES * ENTRY));
        List<Long> positions = new ArrayList<>();
        long strings = -1;
        while (entries.remaining() >= ENTRY) {
            long tag = entries.getLong();
            long value = entries.getLong();
            if (tag == END) {
                break;
            }
            if (tag == NEEDED) {
                positions.add(value);
            } else if (tag == STRINGS) {
                strings = offset(value);
            }
        }
        List<String> names = new ArrayList<>();
        for (long position : positions) {
            names.add(name(Math.addExact(strings, position)));
        }
        return names;
    }

    private void readSegments() throws IOException {
        ByteBuffer header = read(0, HEADER);
        if (header.remaining() < HEADER
                || header.getInt(0) != MAGIC
                || header.get(4) != BITS_64
                || header.get(5) != LITTLE
                || header.getShort(54) != PROGRAM_HEADER) {
            throw new IOException("no ELF library of 64 bits");
        }
        int count = Short.toUnsignedInt(header.getShort(56));
        ByteBuffer headers = read(header.getLong(32), count * PROGRAM_HEADER);
        for (int at = 0; at + PROGRAM_HEADER <= headers.limit(); at += PROGRAM_HEADER) {
            segments.add(new Segment(
                    headers.getInt(at), headers.getLong(at + 8), headers.getLong(at + 16), headers.getLong(at + 32)));
        }
    }

    /// Where in the file stands what the loader puts at this address.
    private long offset(long address) throws IOException {
        for (Segment segment : segments) {
            long within = address - segment.address;
            if (segment.type == LOAD && within >= 0 && within < segment.size) {
                return segment.offset + within;
            }
        }
        throw new IOException("an address outside the file");
    }

    private String name(long at) throws IOException {
        ByteBuffer text = read(at, LONGEST_NAME);
        int length = 0;
        while (length < text.limit() && text.get(length) != 0) {
            length++;
        }
        return StandardCharsets.UTF_8.decode(text.limit(length)).toString();
    }

    /// As many bytes as there are, at most that many.
    private ByteBuffer read(long at, int most) throws IOException {
        if (at < 0 || most < 0) {
            throw new IOException("a place outside the file");
        }
        ByteBuffer bytes = ByteBuffer.allocate(most).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining() && file.read(bytes, at + bytes.position()) > 0) {
            // A read may give less than was asked for.
        }
        return bytes.flip();
    }
}
