package io.kaon.client;

import io.kaon.model.ServingException;
import io.kaon.protocol.json.JsonCursor;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What came over HTTP, or was made to look as if it had.
public final class RestAnswer {
    /// Deep enough for tensors of any rank, shallow enough for code that recurses.
    static final int DEPTH = 128;

    private static final int OK = 200;
    private static final int EXCERPT = 120;

    private final String url;
    private final int status;
    private final Optional<String> version;
    private final byte[] body;

    /// @param url what was asked
    /// @param version which version answered, where the server says so (Kaon does)
    /// @param body not copied
    public RestAnswer(String url, int status, Optional<String> version, byte[] body) {
        this.url = url;
        this.status = status;
        this.version = version;
        this.body = body;
    }

    /// What was asked.
    public String url() {
        return url;
    }

    public int status() {
        return status;
    }

    /// Which version answered, where the server says so.
    public Optional<String> version() {
        return version;
    }

    /// What the server says; not a copy.
    public byte[] body() {
        return body;
    }

    /// @throws ClientFailure when the server refused, or what came is no answer of a model server
    public RestAnswer orThrow() {
        Refusal refusal = refusal();
        if (refusal != null) {
            throw new ClientFailure(Integer.toString(status), refusal.message, refusal.hint);
        }
        if (status != OK || !looksLikeAnObject()) {
            throw notAModelServer();
        }
        return this;
    }

    /// For a document that turns out to be another than was asked for.
    ClientFailure notAModelServer() {
        String text = new String(body, 0, Math.min(body.length, 4 * EXCERPT), StandardCharsets.UTF_8);
        String excerpt = Printable.shortened(Printable.line(text), EXCERPT);
        return new ClientFailure(
                status == OK ? "not JSON" : Integer.toString(status),
                url + " answers with status " + status + " and "
                        + (excerpt.isEmpty() ? "nothing" : "\"" + excerpt + "\"")
                        + ", which is no answer of Kaon or TensorFlow Serving",
                "does another program listen there? --url names the server's REST address");
    }

    private boolean looksLikeAnObject() {
        try {
            return cursor().peek() == '{';
        } catch (ServingException _) {
            return false;
        }
    }

    /// @throws ServingException if there is nothing
    JsonCursor cursor() {
        return new JsonCursor(body, 0, body.length, DEPTH);
    }

    private record Refusal(String message, @Nullable String hint) {}

    /// What `{"error": …}` says, if the document is one.
    private @Nullable Refusal refusal() {
        try {
            JsonCursor cursor = cursor();
            if (cursor.peek() != '{' || !cursor.openObject()) {
                return null;
            }
            String message = null;
            String hint = null;
            do {
                String key = cursor.key().text();
                if (cursor.peek() == '"' && key.equals("error")) {
                    message = cursor.string().text();
                } else if (cursor.peek() == '"' && key.equals("hint")) {
                    hint = cursor.string().text();
                } else if (message == null && status == OK) {
                    // A prediction, which may be long.
                    return null;
                } else {
                    cursor.skip();
                }
            } while (cursor.nextMember());
            return message == null ? null : new Refusal(message, hint);
        } catch (ServingException _) {
            return null;
        }
    }
}
