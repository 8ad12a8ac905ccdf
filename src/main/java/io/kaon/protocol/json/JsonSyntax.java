package io.kaon.protocol.json;

import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;

/// Composes the errors of text that is not JSON.
final class JsonSyntax {
    private JsonSyntax() {}

    /// @param what what is wrong or what was expected
    /// @param offset where, counted in bytes from the beginning of the document
    static ServingException error(String what, int offset) {
        return new ServingException(ErrorKind.INVALID_REQUEST, "JSON Parse error: " + what + " at offset: " + offset);
    }

    /// @param expected what should have been at `at`; what is there instead is added
    static ServingException expected(String expected, byte[] data, int origin, int at, int end) {
        return error("expected " + expected + ", got " + describe(data, at, end), at - origin);
    }

    private static String describe(byte[] data, int at, int end) {
        if (at >= end) {
            return "the end of the text";
        }
        int found = data[at] & 0xFF;
        return found > ' ' && found < 0x7F ? "'" + (char) found + "'" : "byte 0x%02X".formatted(found);
    }
}
