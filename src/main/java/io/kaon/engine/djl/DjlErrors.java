package io.kaon.engine.djl;

import io.kaon.engine.djl.archive.LoopLimit;
import io.kaon.model.Cancellation;
import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import java.util.List;

/// What DJL and the engines behind it say, as our exceptions, on one line.
final class DjlErrors {
    /// Of what a client or a file may have put into it.
    private static final int MOST_CHARACTERS = 500;

    private static final String TRACE = "Traceback of TorchScript";

    /// libtorch has no codes. These words are of failures that another request would meet too.
    private static final List<String> OURS = List.of(
            "can't allocate memory", "out of memory", "CUDA error", "CUDNN_STATUS", "bad_alloc", "not enough memory");

    private DjlErrors() {}

    /// @return UNSUPPORTED if the engine lacks an operator, else ENGINE_FAILED
    static ServingException ofLoad(String engine, Throwable failure) {
        String words = words(failure);
        boolean lacks = words.contains("Unknown builtin op") || words.contains("Unknown type name");
        return new ServingException(
                lacks ? ErrorKind.UNSUPPORTED : ErrorKind.ENGINE_FAILED, engine + ": " + words, failure);
    }

    /// A kernel that refuses its inputs and one that fails otherwise tell so in the same way.
    ///
    /// @return CANCELLED if a loop has reached the longest time of a run, ENGINE_FAILED if memory or a device is at
    ///     fault, INVALID_REQUEST otherwise
    static ServingException ofRun(String engine, Throwable failure) {
        String message = String.valueOf(failure.getMessage());
        if (message.contains(LoopLimit.REACHED)) {
            return Cancellation.ended(failure);
        }
        boolean ours = failure instanceof Error || OURS.stream().anyMatch(message::contains);
        return new ServingException(
                ours ? ErrorKind.ENGINE_FAILED : ErrorKind.INVALID_REQUEST, engine + ": " + words(failure), failure);
    }

    /// The deepest cause that says something. Of a failure in a model's code, what failed, without the code.
    private static String words(Throwable failure) {
        String text = String.valueOf(failure.getMessage());
        for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
            text = cause.getMessage() == null ? text : cause.getMessage();
        }
        int trace = text.indexOf(TRACE);
        return plain(trace < 0 ? text : afterTrace(text));
    }

    /// Behind the code that is shown comes a line such as `RuntimeError: …`, which may have others below it.
    private static String afterTrace(String text) {
        int shown = text.lastIndexOf("<--- HERE");
        String rest = shown < 0 ? text : text.substring(shown);
        String[] lines = rest.split("\n");
        for (int i = 0; i < lines.length; i++) {
            int colon = lines[i].indexOf(": ");
            String head = colon < 0 ? "" : lines[i].substring(0, colon);
            if (head.endsWith("Error") || head.endsWith("Exception") || head.startsWith("builtins.")) {
                return lines[i].substring(colon + 2) + " "
                        + String.join(" ", List.of(lines).subList(i + 1, lines.length));
            }
        }
        return lines[lines.length - 1];
    }

    static String plain(String words) {
        String line = words.strip().replaceAll("\\s+", " ");
        return line.length() > MOST_CHARACTERS ? line.substring(0, MOST_CHARACTERS) + "…" : line;
    }
}
