package io.kaon.protocol.tfs;

import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import org.jspecify.annotations.Nullable;

/// A value in a body that is sound JSON but does not fit the signature. It is a checked exception and not a
/// [ServingException] because it is not final: a syntax error further on in the body has precedence, and the row in
/// which it happened still has to be named.
///
/// Inside lists, the code that throws it leaves the cursor behind the element that is at fault.
final class ValueFault extends Exception {
    private static final long serialVersionUID = 1;

    private final ErrorKind kind;
    private final String text;
    private final @Nullable String hint;

    private ValueFault(ErrorKind kind, String text, @Nullable String hint) {
        super(text, null, false, false);
        this.kind = kind;
        this.text = text;
        this.hint = hint;
    }

    static ValueFault invalid(String message) {
        return new ValueFault(ErrorKind.INVALID_REQUEST, message, null);
    }

    /// JSON has no form for values of the type.
    static ValueFault unsupported(String message) {
        return new ValueFault(ErrorKind.UNSUPPORTED, message, null);
    }

    /// The same fault, said to be in that row. In rows every fault is an invalid request, whatever it was before.
    ValueFault inRow(String where) {
        String code = kind == ErrorKind.UNSUPPORTED ? "UNIMPLEMENTED" : "INVALID_ARGUMENT";
        String message = "Failed to process element: " + where + " of 'instances' list. Error: " + code + ": " + text;
        return new ValueFault(ErrorKind.INVALID_REQUEST, message, hint);
    }

    /// The same fault, with a word of help: [ServingException#hint()].
    ValueFault withHint(String help) {
        return new ValueFault(kind, text, help);
    }

    ServingException toServingException() {
        ServingException exception = new ServingException(kind, text);
        return hint == null ? exception : exception.withHint(hint);
    }
}
