package io.kaon.testkit;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/// Breaks one entry of a zip archive and gives it a right checksum, so that who reads it gets beyond that.
public final class BrokenArchive {
    private BrokenArchive() {}

    public static byte[] of(byte[] sound, Random random) throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(sound))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                entries.put(entry.getName(), zip.readAllBytes());
            }
        }
        List<String> names = List.copyOf(entries.keySet());
        // Where the program and its objects stand, more often than anywhere else.
        List<String> chosen = random.nextInt(5) == 0
                ? names
                : names.stream()
                        .filter(name -> name.endsWith("data.pkl") || name.endsWith(".py"))
                        .toList();
        entries.computeIfPresent(
                chosen.get(random.nextInt(chosen.size())), (_, bytes) -> new BrokenBytes(random).of(bytes));
        return TorchScriptArchive.stored(entries);
    }
}
