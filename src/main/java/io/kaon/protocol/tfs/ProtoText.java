package io.kaon.protocol.tfs;

import com.google.protobuf.Message;
import com.google.protobuf.TextFormat;
import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;

/// Messages in protobuf's text form: the form of TensorFlow Serving's configuration files.
public final class ProtoText {
    private ProtoText() {}

    /// @throws ServingException INVALID_REQUEST with line and column
    public static <B extends Message.Builder> B read(String text, B message) {
        try {
            TextFormat.merge(text, message);
            return message;
        } catch (TextFormat.ParseException malformed) {
            String where = malformed.getLine() + ":" + malformed.getColumn() + ": ";
            String reason = String.valueOf(malformed.getMessage());
            throw new ServingException(
                    ErrorKind.INVALID_REQUEST,
                    "line " + malformed.getLine() + ", column " + malformed.getColumn() + ": "
                            + (reason.startsWith(where) ? reason.substring(where.length()) : reason));
        }
    }
}
