package io.kaon.engine.djl.archive;

import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/// What a TorchScript archive says without its weights: the printed code of its classes, and which of them is the
/// model's. Nothing is trusted: what is read has bounds, and a checksum.
///
/// @param sources text by the name of its entry below `code/`, such as `__torch__.py`
/// @param type the model's class, such as `__torch__.Net`
/// @param traced the inputs with which the model was traced; empty if the file does not say
public record TorchArchive(Map<String, String> sources, String type, List<FoundTensor> traced) {
    /// Of all that is read or unpacked here. The code of the largest models takes some megabytes.
    private static final long MOST_BYTES = 64L << 20;

    /// libtorch looks through all of them for each.
    private static final int MOST_ENTRIES = 65_536;

    private static final String CODE = "code/";
    private static final String SOURCE = ".py";
    private static final String PICKLE = ".pkl";
    private static final String DEBUG = ".debug_pkl";
    private static final String DATA = "data.pkl";
    private static final String CONSTANTS = "constants.pkl";
    private static final String TRACED = "traced_inputs.pkl";
    private static final String OURS = "__torch__";

    /// How the pickle of a module begins: protocol 2, then the class of what is pickled.
    private static final int PROTOCOL = 0x80;

    private static final int CLASS_AT = 2;

    /// @throws ServingException ENGINE_FAILED with what the file is instead, or with what is broken in it
    public static TorchArchive read(Path file) {
        String name = String.valueOf(file.getFileName());
        try (ZipFile zip = new ZipFile(file.toFile())) {
            if (zip.size() > MOST_ENTRIES) {
                throw broken(name, "it has " + zip.size() + " entries, expected at most " + MOST_ENTRIES);
            }
            String folder = folder(zip, name);
            Map<String, String> sources = new LinkedHashMap<>();
            String type = "";
            List<FoundTensor> traced = List.of();
            long left = MOST_BYTES;
            for (Enumeration<? extends ZipEntry> entries = zip.entries(); entries.hasMoreElements(); ) {
                ZipEntry entry = entries.nextElement();
                String inner = entry.getName().startsWith(folder)
                        ? entry.getName().substring(folder.length())
                        : entry.getName();
                boolean isRead = inner.endsWith(SOURCE) || inner.endsWith(PICKLE) || inner.endsWith(DEBUG);
                if (isRead || entry.getMethod() != ZipEntry.STORED) {
                    left -= entry.getSize();
                }
                if (left < 0) {
                    throw broken(name, "its code and what is compressed in it take more than " + MOST_BYTES + " bytes");
                }
                if (!isRead) {
                    continue;
                }
                byte[] bytes = checked(zip, entry, name);
                if (inner.startsWith(CODE) && inner.endsWith(SOURCE)) {
                    sources.put(inner.substring(CODE.length()), new String(bytes, StandardCharsets.UTF_8));
                } else if (inner.equals(DATA)) {
                    type = type(bytes, name);
                } else if (inner.equals(TRACED)) {
                    traced = traced(bytes);
                }
                if (inner.equals(DATA) || inner.equals(CONSTANTS)) {
                    String numbers = folder + inner.substring(0, inner.length() - PICKLE.length()) + "/";
                    check(bytes, key -> size(zip, numbers + key), name + ": " + inner);
                }
            }
            CodeDepth.check(sources);
            return new TorchArchive(sources, type, traced);
        } catch (IOException | IllegalArgumentException | InternalError unreadable) {
            throw new ServingException(ErrorKind.ENGINE_FAILED, why(file, name, unreadable), unreadable);
        }
    }

    private static String why(Path file, String name, Throwable unreadable) {
        return Files.exists(file)
                ? name + " is no TorchScript archive: " + unreadable.getMessage()
                        + "; export the model with torch.jit.script(model).save(\"" + name + "\")"
                : file + " does not exist";
    }

    /// All entries lie in one folder, which may have any name.
    public static String folder(ZipFile zip, String name) {
        String folder = null;
        for (Enumeration<? extends ZipEntry> entries = zip.entries(); entries.hasMoreElements(); ) {
            String entry = entries.nextElement().getName();
            if (entry.endsWith("/" + DATA) && entry.indexOf('/') == entry.length() - DATA.length() - 1) {
                if (folder != null) {
                    throw broken(name, "it has two models");
                }
                folder = entry.substring(0, entry.length() - DATA.length());
            }
        }
        if (folder == null) {
            throw broken(name, "expected an entry FOLDER/" + DATA);
        }
        return folder;
    }

    /// Their numbers are not kept, and libtorch does not read them.
    private static List<FoundTensor> traced(byte[] pickle) {
        try {
            return PickleCheck.check(pickle, new StoredTensors(_ -> Long.MAX_VALUE));
        } catch (IOException _) {
            return List.of();
        }
    }

    private static long size(ZipFile zip, String entry) {
        ZipEntry found = zip.getEntry(entry);
        return found == null ? -1 : found.getSize();
    }

    private static void check(byte[] pickle, ToLongFunction<String> numbers, String what) {
        try {
            PickleCheck.check(pickle, new StoredTensors(numbers));
        } catch (IOException broken) {
            throw new ServingException(ErrorKind.ENGINE_FAILED, what + " is broken: " + broken.getMessage(), broken);
        }
    }

    private static byte[] checked(ZipFile zip, ZipEntry entry, String name) throws IOException {
        try (InputStream in = zip.getInputStream(entry)) {
            byte[] bytes = in.readNBytes((int) entry.getSize());
            CRC32 sum = new CRC32();
            sum.update(bytes);
            if (bytes.length != entry.getSize() || in.read() >= 0 || sum.getValue() != entry.getCrc()) {
                throw broken(name, "its entry " + entry.getName() + " is not what its checksum says");
            }
            return bytes;
        }
    }

    /// The first thing in the pickle is the model's class: `c`, a module, a name, each on a line.
    private static String type(byte[] pickle, String name) {
        String text = new String(pickle, 0, Math.min(pickle.length, 4096), StandardCharsets.ISO_8859_1);
        String[] lines =
                text.length() > CLASS_AT + 1 ? text.substring(CLASS_AT + 1).split("\n", 3) : new String[0];
        boolean hasClass = lines.length == 3 && (pickle[0] & 0xFF) == PROTOCOL && pickle[CLASS_AT] == 'c';
        if (!hasClass || !(lines[0].equals(OURS) || lines[0].startsWith(OURS + "."))) {
            throw broken(
                    name,
                    "it holds weights or objects of Python, as torch.save() writes them, and no program; export the"
                            + " model with torch.jit.script(model).save(\"" + name + "\") or torch.jit.trace");
        }
        return lines[0] + "." + lines[1];
    }

    private static ServingException broken(String name, String why) {
        return new ServingException(ErrorKind.ENGINE_FAILED, name + " is no TorchScript archive: " + why);
    }
}
