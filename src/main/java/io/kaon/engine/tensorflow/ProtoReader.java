package io.kaon.engine.tensorflow;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import java.io.IOException;

/// Reads protobuf messages field by field. Nothing is trusted: nesting has an upper depth, and whatever does not parse
/// is an error.
final class ProtoReader {
    /// Wire types, the lower three bits of a tag.
    static final int VARINT = 0;

    static final int LEN = 2;

    private static final int MAX_DEPTH = 64;

    private final CodedInputStream in;
    private int depth;

    ProtoReader(CodedInputStream in) {
        this.in = in;
    }

    @FunctionalInterface
    interface Field {
        /// @return whether the field was read; if not, it is skipped
        boolean read(int tag) throws IOException;
    }

    /// The message that comes next, with its length before it.
    void message(Field field) throws IOException {
        int length = in.readRawVarint32();
        if (depth == MAX_DEPTH) {
            throw new IOException("messages are nested deeper than " + MAX_DEPTH + " levels");
        }
        depth++;
        int limit = in.pushLimit(length);
        fields(field);
        in.popLimit(limit);
        depth--;
    }

    /// All fields up to the end of the file, or of the message.
    void fields(Field field) throws IOException {
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (!field.read(tag) && !in.skipField(tag)) {
                throw new IOException("a group ends where none began");
            }
        }
    }

    String text() throws IOException {
        return in.readStringRequireUtf8();
    }

    ByteString bytes() throws IOException {
        return in.readBytes();
    }

    long number() throws IOException {
        return in.readRawVarint64();
    }

    /// How many numbers the packed list has that comes next.
    int listed() throws IOException {
        int count = 0;
        int limit = in.pushLimit(in.readRawVarint32());
        while (in.getBytesUntilLimit() > 0) {
            long _ = number();
            count++;
        }
        in.popLimit(limit);
        return count;
    }
}
