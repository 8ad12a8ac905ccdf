package io.kaon.engine.djl.archive;

import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Enumeration;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;

/// A copy of a TorchScript archive whose loops have a longest time. It lies among the temporary files until it is
/// closed, which may be as soon as the model is loaded.
public final class LimitedCopy implements AutoCloseable {
    private final Path file;

    private LimitedCopy(Path file) {
        this.file = file;
    }

    public Path file() {
        return file;
    }

    /// @throws ServingException UNSUPPORTED as [LoopLimit], ENGINE_FAILED if it cannot be written
    public static LimitedCopy of(Path archive, Duration longest) {
        Path copy = null;
        try {
            copy = Files.createTempFile("kaon-torchscript-", ".pt");
            try (ZipFile from = new ZipFile(archive.toFile());
                    ZipOutputStream to = new ZipOutputStream(Files.newOutputStream(copy))) {
                write(from, to, longest);
            }
            return new LimitedCopy(copy);
        } catch (IOException failure) {
            delete(copy);
            throw new ServingException(
                    ErrorKind.ENGINE_FAILED,
                    "a model with loops is loaded from a copy in " + System.getProperty("java.io.tmpdir")
                            + ", which cannot be written: " + failure
                            + "; it takes as much room as the model, name another folder with -Djava.io.tmpdir=DIR",
                    failure);
        } catch (RuntimeException | Error failure) {
            delete(copy);
            throw failure;
        }
    }

    private static void write(ZipFile from, ZipOutputStream to, Duration longest) throws IOException {
        for (Enumeration<? extends ZipEntry> entries = from.entries(); entries.hasMoreElements(); ) {
            ZipEntry entry = entries.nextElement();
            if (entry.getName().endsWith(".debug_pkl")) {
                // Which line of the original each line comes from: no longer true.
                continue;
            }
            try (InputStream in = from.getInputStream(entry)) {
                if (entry.getName().endsWith(".py") && entry.getName().contains("/code/")) {
                    String code = new String(in.readAllBytes(), StandardCharsets.UTF_8);
                    byte[] limited = LoopLimit.in(code, longest).getBytes(StandardCharsets.UTF_8);
                    CRC32 sum = new CRC32();
                    sum.update(limited);
                    begin(to, entry.getName(), limited.length, sum.getValue());
                    to.write(limited);
                } else {
                    begin(to, entry.getName(), entry.getSize(), entry.getCrc());
                    in.transferTo(to);
                }
                to.closeEntry();
            }
        }
    }

    private static void begin(ZipOutputStream to, String name, long bytes, long sum) throws IOException {
        ZipEntry entry = new ZipEntry(name);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(bytes);
        entry.setCompressedSize(bytes);
        entry.setCrc(sum);
        to.putNextEntry(entry);
    }

    private static void delete(@Nullable Path copy) {
        try {
            if (copy != null) {
                Files.deleteIfExists(copy);
            }
        } catch (IOException _) {
            // The system empties the folder.
        }
    }

    @Override
    public void close() {
        delete(file);
    }
}
