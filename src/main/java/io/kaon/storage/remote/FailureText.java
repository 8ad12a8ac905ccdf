package io.kaon.storage.remote;

import io.kaon.model.ServingException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What stores have in common when they put a failure of their client library into words.
public final class FailureText {
    private static final int MOST_CHARACTERS = 500;

    private FailureText() {}

    /// The failure of ours that is among the causes, which says it already; null if there is none.
    public static @Nullable ServingException known(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ServingException known) {
                return known;
            }
        }
        return null;
    }

    /// The last of the causes.
    public static Throwable root(Throwable failure) {
        Throwable root = failure;
        for (Throwable cause = root.getCause(); cause != null && !cause.equals(root); cause = cause.getCause()) {
            root = cause;
        }
        return root;
    }

    /// Without secrets and without line breaks, which would write lines of their own into a log.
    ///
    /// @param secrets matches what must not be shown
    public static String withoutSecrets(String text, Pattern secrets) {
        return secrets.matcher(text).replaceAll("…").replaceAll("\\p{Cntrl}+", " ");
    }

    /// Not longer than a line may be.
    public static String shortened(String text) {
        return text.length() > MOST_CHARACTERS ? text.substring(0, MOST_CHARACTERS) + "…" : text;
    }
}
