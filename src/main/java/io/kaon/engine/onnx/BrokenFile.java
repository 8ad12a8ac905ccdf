package io.kaon.engine.onnx;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import io.kaon.model.FileAccess;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What is wrong with a `model.onnx` that ONNX Runtime does not load, and what to do about it, where its own words tell
/// neither. Looks at the file only after a load has failed.
final class BrokenFile {
    private static final String AGAIN =
            ": copy it again, to another name or folder first, and rename it when it is complete";

    /// What files begin with that often stand in a model's place, and what they are.
    private static final List<Start> STARTS = List.of(
            new Start(
                    "version https://git-lfs",
                    "is a pointer of Git LFS and not the model: run `git lfs pull` in the"
                            + " checkout that it comes from, and copy the model again"),
            new Start(
                    "<", "is a page of HTML or XML and not a model: what it was downloaded from answered with a page"),
            new Start("PK\u0003\u0004", "is a zip archive and not a model: unpack it, or save the model as ONNX"),
            new Start("\u001f\u008b", "is compressed with gzip: unpack it"),
            new Start(
                    "\u0089HDF", "is a file of HDF5, such as Keras writes, and no ONNX model: convert it with tf2onnx"),
            new Start(
                    "\u0080",
                    "is a pickled object of Python's and no ONNX model: export it with torch.onnx.export or"
                            + " skl2onnx"));

    private static final int LONGEST_START = 32;

    private static final Pattern OPSET =
            Pattern.compile("Opset (\\d+) is under development.*support for domain (\\S+) is till opset (\\d+)");

    private static final Pattern FORMAT = Pattern.compile("model IR version: (\\d+), max supported IR version: (\\d+)");

    private static final Pattern WEIGHTS = Pattern.compile(
            "External initializer: (\\S+) offset: (\\d+) size to read: (\\d+) given file_length: (\\d+)");

    private BrokenFile() {}

    /// @param bytes with a character for each
    private record Start(String bytes, String about) {}

    /// @param words what ONNX Runtime says of the load
    /// @param version of ONNX Runtime
    /// @return nothing where its words are the best there are
    static Optional<String> explain(Path model, String words, String version) {
        Optional<String> denied = FileAccess.denied(model.getParent());
        if (denied.isPresent()) {
            return denied;
        }
        Matcher opset = OPSET.matcher(words);
        if (opset.find()) {
            return Optional.of("the model uses opset " + opset.group(1) + " of " + opset.group(2)
                    + ", and ONNX Runtime "
                    + version + " reads up to " + opset.group(3) + ": export it with opset_version=" + opset.group(3)
                    + " or lower");
        }
        Matcher format = FORMAT.matcher(words);
        if (format.find()) {
            return Optional.of("the model is in version " + format.group(1) + " of ONNX's file format (IR version), and"
                    + " ONNX Runtime " + version + " reads up to " + format.group(2)
                    + ": save it with an older release of the onnx package, or export it with a lower opset_version");
        }
        Matcher weights = WEIGHTS.matcher(words);
        if (weights.find()) {
            return Optional.of(
                    "the file with the weights of tensor `" + weights.group(1) + "` is incomplete: they take "
                            + weights.group(3) + " bytes from byte " + weights.group(2) + " on, and the file has "
                            + weights.group(4) + " bytes" + AGAIN);
        }
        boolean unparsed = words.contains("Protobuf parsing failed") || words.contains("does not have a graph");
        return unparsed ? Optional.of(model + " " + content(model)) : Optional.empty();
    }

    private static String content(Path model) {
        try {
            long size = Files.size(model);
            if (size == 0) {
                return "is empty" + AGAIN;
            }
            String start = start(model);
            for (Start known : STARTS) {
                if (start.startsWith(known.bytes)) {
                    return known.about;
                }
            }
            long end = end(model);
            if (end > size) {
                return "is incomplete: its parts end at byte " + end + ", and it has " + size + " bytes" + AGAIN;
            }
            return "is no ONNX model, or is damaged: expected ONNX's protobuf, got " + size + " bytes of something else"
                    + AGAIN;
        } catch (IOException unreadable) {
            return "cannot be read: " + FileAccess.words(unreadable);
        }
    }

    private static String start(Path model) throws IOException {
        try (InputStream file = Files.newInputStream(model)) {
            return new String(file.readNBytes(LONGEST_START), StandardCharsets.ISO_8859_1);
        }
    }

    /// Where the last part of the file ends, as its length says; 0 if that is not known. A file that was cut off ends
    /// within a part.
    private static long end(Path model) throws IOException {
        long size = Files.size(model);
        try (InputStream file = Files.newInputStream(model)) {
            CodedInputStream in = CodedInputStream.newInstance(file);
            while (!in.isAtEnd()) {
                int tag = in.readTag();
                if (WireFormat.getTagWireType(tag) != WireFormat.WIRETYPE_LENGTH_DELIMITED) {
                    if (!in.skipField(tag)) {
                        return 0;
                    }
                    continue;
                }
                int length = in.readRawVarint32();
                long end = (long) in.getTotalBytesRead() + length;
                if (length < 0 || end > size) {
                    return length < 0 ? 0 : end;
                }
                in.skipRawBytes(length);
            }
            return 0;
        } catch (InvalidProtocolBufferException _) {
            return 0;
        }
    }
}
