package io.kaon.testkit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Writes an ELF file that says which libraries it is linked to, and nothing else.
public final class SharedLibrary {
    private static final int HEADER = 64;
    private static final int PROGRAM_HEADER = 56;
    private static final int DYNAMIC_AT = HEADER + 2 * PROGRAM_HEADER;
    private static final int ENTRY = 16;

    /// What the loader adds to places in the file.
    private static final long BASE = 0x400000;

    private SharedLibrary() {}

    public static Path linkedTo(Path file, String... libraries) throws IOException {
        ByteArrayOutputStream strings = new ByteArrayOutputStream();
        strings.write(0);
        List<Integer> names = new ArrayList<>();
        for (String library : libraries) {
            names.add(strings.size());
            strings.writeBytes(library.getBytes(StandardCharsets.UTF_8));
            strings.write(0);
        }
        int dynamic = (libraries.length + 2) * ENTRY;
        int stringsAt = DYNAMIC_AT + dynamic;
        int size = stringsAt + strings.size();
        ByteBuffer out = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(0x464c457f).put((byte) 2).put((byte) 1).put((byte) 1);
        out.putShort(16, (short) 3).putShort(18, (short) 62).putInt(20, 1);
        out.putLong(32, HEADER);
        out.putShort(52, (short) HEADER).putShort(54, (short) PROGRAM_HEADER).putShort(56, (short) 2);
        segment(out, HEADER, 1, 0, size);
        segment(out, HEADER + PROGRAM_HEADER, 2, DYNAMIC_AT, dynamic);
        out.position(DYNAMIC_AT);
        for (int name : names) {
            out.putLong(1).putLong(name);
        }
        out.putLong(5).putLong(BASE + stringsAt);
        out.putLong(0).putLong(0);
        out.put(strings.toByteArray());
        return Files.write(file, out.array());
    }

    private static void segment(ByteBuffer out, int at, int type, long place, long size) {
        out.putInt(at, type);
        out.putLong(at + 8, place).putLong(at + 16, BASE + place);
        out.putLong(at + 32, size).putLong(at + 40, size);
    }
}
