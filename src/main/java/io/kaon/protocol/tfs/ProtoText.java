package io.kaon.protocol.tfs;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.TextFormat;
import io.kaon.model.ErrorKind;
import io.kaon.model.Nearest;
import io.kaon.model.ServingException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Messages in protobuf's text form: the form of TensorFlow Serving's configuration files.
public final class ProtoText {
    /// How the parser lists fields that no message has: a line and a column, from zero, and the whole name.
    private static final Pattern UNKNOWN = Pattern.compile("(\\d+):(\\d+):\\s+([\\w.]+)\\.(\\w+)");

    private ProtoText() {}

    /// @throws ServingException INVALID_REQUEST with line and column
    public static <B extends Message.Builder> B read(String text, B message) {
        try {
            TextFormat.merge(text, message);
            return message;
        } catch (TextFormat.ParseException malformed) {
            String unknown = unknown(String.valueOf(malformed.getMessage()), message.getDescriptorForType());
            if (!unknown.isEmpty()) {
                throw new ServingException(ErrorKind.INVALID_REQUEST, unknown);
            }
            String where = malformed.getLine() + ":" + malformed.getColumn() + ": ";
            String reason = String.valueOf(malformed.getMessage());
            throw new ServingException(
                    ErrorKind.INVALID_REQUEST,
                    "line " + malformed.getLine() + ", column " + malformed.getColumn() + ": "
                            + (reason.startsWith(where) ? reason.substring(where.length()) : reason));
        }
    }

    /// What to say of fields that are unknown; empty if none is, and something else is wrong.
    private static String unknown(String reason, Descriptor root) {
        if (!reason.contains("unknown fields")) {
            return "";
        }
        List<String> problems = new ArrayList<>();
        Matcher field = UNKNOWN.matcher(reason);
        while (field.find()) {
            Descriptor message = message(field.group(3), root, new HashSet<>());
            List<String> known = message == null
                    ? List.of()
                    : message.getFields().stream().map(FieldDescriptor::getName).toList();
            problems.add("line " + field.group(1) + ", column " + field.group(2) + ": "
                    + field.group(3).substring(field.group(3).lastIndexOf('.') + 1) + " has no field `" + field.group(4)
                    + "`: " + Nearest.hint("fields", field.group(4), known));
        }
        return String.join("; ", problems);
    }

    private static @Nullable Descriptor message(String name, Descriptor from, Set<Descriptor> seen) {
        if (!seen.add(from)) {
            return null;
        }
        if (from.getFullName().equals(name)) {
            return from;
        }
        for (FieldDescriptor field : from.getFields()) {
            if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
                Descriptor found = message(name, field.getMessageType(), seen);
                if (found != null) {
                    return found;
                }
            }
        }
        return null;
    }
}
