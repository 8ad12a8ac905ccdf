package io.kaon.engine.onnx;

import com.google.protobuf.CodedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/// Goes through the fields of protobuf messages. Nothing is trusted: what does not parse is an error, and no text is
/// longer than a name.
final class ProtoFields {
    // Protobuf's two wire types that occur here. A tag is a field's number with its wire type; a field that comes
    // with another wire type than the standard gives it is skipped like an unknown one.
    static final int VARINT = 0;
    static final int LEN = 2;

    private static final int MAX_TEXT_BYTES = 1 << 16;

    private final CodedInputStream in;

    ProtoFields(InputStream in) {
        this.in = CodedInputStream.newInstance(in);
    }

    /// The tag of the next field; 0 at the end of the message.
    int next() throws IOException {
        return in.readTag();
    }

    /// Skips the value of the field that has this tag.
    void skip(int tag) throws IOException {
        boolean _ = in.skipField(tag);
    }

    /// Enters the message or list whose length comes next.
    ///
    /// @return what to give to [#leave] at its end
    int enter() throws IOException {
        return in.pushLimit(in.readRawVarint32());
    }

    void leave(int outer) {
        in.popLimit(outer);
    }

    /// Whether the list has more elements.
    boolean hasMore() {
        return in.getBytesUntilLimit() > 0;
    }

    long number() throws IOException {
        return in.readInt64();
    }

    /// The text that comes next; empty if it is too long to be a name.
    String text() throws IOException {
        int length = in.readRawVarint32();
        if (length > MAX_TEXT_BYTES) {
            in.skipRawBytes(length);
            return "";
        }
        return new String(in.readRawBytes(length), StandardCharsets.UTF_8);
    }
}
