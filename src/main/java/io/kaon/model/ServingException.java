package io.kaon.model;

import org.jspecify.annotations.Nullable;

/// The only exception that our code throws from one package to another. The message is meant for the client: it names
/// the thing and says what was expected and what came.
public final class ServingException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final ErrorKind kind;
    private final @Nullable String hint;

    public ServingException(ErrorKind kind, String message) {
        this(kind, message, null);
    }

    /// @param cause what a vendor's library threw; kept for the log
    public ServingException(ErrorKind kind, String message, @Nullable Throwable cause) {
        this(kind, message, cause, null);
    }

    private ServingException(ErrorKind kind, String message, @Nullable Throwable cause, @Nullable String hint) {
        // Without a cause the message says it all. Stack traces would only make refusing cost more than serving.
        super(message, cause, false, cause != null);
        this.kind = kind;
        this.hint = hint;
    }

    /// The same, with a word of help beside the message. For protocols that owe their clients an exact message and can
    /// carry something else next to it.
    public ServingException withHint(String help) {
        return new ServingException(kind, getMessage(), getCause(), help);
    }

    /// The same, about the place that the reader knows instead of one that the message names.
    ///
    /// @param known a directory, or a single file that was copied to a directory, perhaps under another name
    /// @param place a copy of ours, for example
    /// @return this if the message does not name it
    public ServingException about(String known, String place) {
        String message = getMessage();
        if (!message.contains(place)) {
            return this;
        }
        String name = known.substring(known.lastIndexOf('/') + 1);
        String ending = name.substring(Math.max(0, name.lastIndexOf('.')));
        String told = message.replace(place + "/" + name, known);
        if (!ending.isEmpty() && !ending.equals(name)) {
            told = told.replace(place + "/model" + ending, known);
        }
        return new ServingException(kind, told.replace(place, known), this, hint);
    }

    /// What may help the client, null if nothing is known to; never needed to understand the message.
    public @Nullable String hint() {
        return hint;
    }

    public ErrorKind kind() {
        return kind;
    }

    /// The message; never null, unlike what the superclass promises.
    @Override
    public String getMessage() {
        String message = super.getMessage();
        return message == null ? kind.name() : message;
    }
}
