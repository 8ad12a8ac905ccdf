package io.kaon.protocol.tfs;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;

/// Walks the fields of one protobuf message that lies in an array. What a field says is read by protobuf's own reader;
/// here is only where in the array it lies, which that reader does not tell.
///
/// Every method throws [InvalidProtocolBufferException] where protobuf's own parsers do. Used by one thread.
final class WireFields {
    private final CodedInputStream in;
    private final int start;
    private int tag;

    /// @param start of the message in the array
    /// @param end just behind it
    WireFields(byte[] bytes, int start, int end) {
        this.in = CodedInputStream.newInstance(bytes, start, end - start);
        this.start = start;
    }

    /// Goes to the next field; what came before has been read or skipped. False at the end of the message.
    boolean next() throws IOException {
        tag = in.readTag();
        return tag != 0;
    }

    /// The field's number and the form in which it came, as `WireFormat` puts them together.
    int tag() {
        return tag;
    }

    /// Where the reader stands, in the array.
    int position() {
        return start + in.getTotalBytesRead();
    }

    /// Skips what the field says, whatever its form.
    void skip() throws IOException {
        if (!in.skipField(tag)) {
            throw new InvalidProtocolBufferException("a group ends that has not begun");
        }
    }

    /// Skips a field that has a length; it ends at [#position()].
    ///
    /// @return where in the array its bytes begin
    int payload() throws IOException {
        int length = in.readRawVarint32();
        int from = position();
        in.skipRawBytes(length);
        return from;
    }

    long varint() throws IOException {
        return in.readRawVarint64();
    }

    /// @throws InvalidProtocolBufferException also for bytes that are no UTF-8
    String text() throws IOException {
        return in.readStringRequireUtf8();
    }
}
