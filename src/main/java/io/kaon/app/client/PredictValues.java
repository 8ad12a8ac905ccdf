package io.kaon.app.client;

import io.kaon.client.ModelReference;
import io.kaon.client.PredictBody;
import io.kaon.client.Printable;
import io.kaon.model.ErrorKind;
import io.kaon.model.ModelSignature;
import io.kaon.model.Nearest;
import io.kaon.model.ServingException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/// Finds the values that `predict` sends: on the command line, in a file, in what another command writes, or,
/// where none are given, a sample of what the model takes.
record PredictValues(List<String> given, Optional<String> signature, InputStream in) {
    private static final int LARGEST = 256 << 20;
    private static final int EXCERPT = 100;

    /// The body of the request.
    ///
    /// @param err is told of values that were made up
    /// @param signatures asks for the model's, where a sample is wanted
    byte[] find(ModelReference model, PrintWriter err, Supplier<Map<String, ModelSignature>> signatures) {
        if (given.isEmpty()) {
            byte[] body = PredictBody.sample(chosen(model, signatures.get()), signature);
            err.println("no values are given: sends the sample " + excerpt(body));
            return body;
        }
        return PredictBody.of(values(), signature);
    }

    private byte[] values() {
        String text = String.join(" ", given);
        if (text.equals("-")) {
            return read("standard input", () -> in.readNBytes(LARGEST + 1));
        }
        if (given.size() > 1 || PredictBody.isValues(text)) {
            return text.getBytes(StandardCharsets.UTF_8);
        }
        Path file = Path.of(text);
        if (!Files.isRegularFile(file)) {
            throw new IllegalArgumentException(
                    "expected values as JSON, or a file that holds them, got \"" + text + "\", which is neither");
        }
        return read(text, () -> {
            try (InputStream content = Files.newInputStream(file)) {
                return content.readNBytes(LARGEST + 1);
            }
        });
    }

    @FunctionalInterface
    private interface Reading {
        byte[] read() throws IOException;
    }

    private static byte[] read(String what, Reading reading) {
        try {
            byte[] content = reading.read();
            if (content.length > LARGEST) {
                throw new IllegalArgumentException(
                        what + ": expected at most " + (LARGEST >> 20) + " MiB of values, got more");
            }
            return content;
        } catch (IOException unreadable) {
            throw new IllegalArgumentException(what + " cannot be read: " + unreadable.getMessage());
        }
    }

    private ModelSignature chosen(ModelReference model, Map<String, ModelSignature> signatures) {
        String name = signature.orElse(ModelSignature.DEFAULT_NAME);
        ModelSignature chosen = signatures.get(name);
        if (chosen == null) {
            throw new ServingException(
                            ErrorKind.SIGNATURE_NOT_FOUND,
                            "model " + model + " has no signature " + name + " that a sample can be made for")
                    .withHint(Nearest.hint("signatures", name, signatures.keySet()));
        }
        return chosen;
    }

    private static String excerpt(byte[] body) {
        String text = new String(body, 0, Math.min(body.length, 4 * EXCERPT), StandardCharsets.UTF_8);
        return Printable.shortened(Printable.line(text), EXCERPT);
    }
}
