package io.kaon.client;

import org.jspecify.annotations.Nullable;

/// A server could not be asked, or did not answer what was asked. The message is for people, and may hold what the
/// server said.
public final class ClientFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String outcome;
    private final @Nullable String hint;

    /// @param outcome in a word or two, by which failures are counted: `503`, `timeout`
    public ClientFailure(String outcome, String message, @Nullable String hint) {
        super(message, null, false, false);
        this.outcome = outcome;
        this.hint = hint;
    }

    public String outcome() {
        return outcome;
    }

    /// What may help; null where nothing is known to.
    public @Nullable String hint() {
        return hint;
    }

    /// The message; never null, unlike what the superclass promises.
    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
