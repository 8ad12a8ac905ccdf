package io.kaon.engine.onnx;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtException.OrtErrorCode;
import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import java.nio.file.FileSystemException;
import java.util.regex.Pattern;

/// The one place where ONNX Runtime's exceptions become ours. Its own words stay readable, on one line.
final class OnnxErrors {
    private static final String KERNEL_FAILED = "Non-zero status code returned while running";

    /// Where in ONNX Runtime's sources a check stands: a path, a line and a C++ signature, before what it says.
    /// The text may hold what a client sent. So a word is looked at from its beginning only, and a signature
    /// ends soon: else matching could take time with the square of the text's length.
    private static final Pattern SOURCE = Pattern.compile("(?<!\\S)[^\\s:]++(?<=\\.(?:cc|h|cpp|hpp)):\\d++ "
            + "(?:[^\"'()]{1,400}\\([^()]{0,400}\\)(?: const)?(?: \\[[^\\]]{0,400}])? )?");

    private OnnxErrors() {}

    /// The deepest cause says what the system refused. The binding makes a temporary folder whether or not it
    /// has anything to unpack.
    static ServingException ofStart(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String remedy = root instanceof FileSystemException
                ? "; it wants a folder to write to: mount one at " + System.getProperty("java.io.tmpdir")
                        + ", or name another with -Djava.io.tmpdir=DIR"
                : "";
        return new ServingException(ErrorKind.ENGINE_FAILED, "ONNX Runtime does not start: " + root + remedy, e);
    }

    /// An operator in a version that ONNX Runtime never had, or has no longer, is no fault of the model.
    static ServingException ofLoad(OrtException e) {
        ErrorKind kind =
                e.getCode() == OrtErrorCode.ORT_NOT_IMPLEMENTED ? ErrorKind.UNSUPPORTED : ErrorKind.ENGINE_FAILED;
        return new ServingException(kind, words(e), e);
    }

    /// A kernel that refuses its inputs, for example because their sizes do not fit together or an index is out of
    /// range, tells so as FAIL or RUNTIME_EXCEPTION, like what is not the request's fault. Memory
    /// that is missing is told apart by its words, which is all there is.
    static ServingException ofRun(OrtException e) {
        String words = words(e);
        boolean refused = e.getCode() == OrtErrorCode.ORT_INVALID_ARGUMENT
                || (words.startsWith(KERNEL_FAILED) && !words.contains("ailed to allocate"));
        return new ServingException(refused ? ErrorKind.INVALID_REQUEST : ErrorKind.ENGINE_FAILED, words, e);
    }

    /// The message without the frame that the Java API puts around it.
    static String words(OrtException e) {
        String frame = "Error code - " + e.getCode() + " - message: ";
        String message = String.valueOf(e.getMessage());
        String words = message.startsWith(frame) ? message.substring(frame.length()) : message;
        return plain(words);
    }

    static String plain(String words) {
        return SOURCE.matcher(words.strip().replaceAll("\\s+", " ")).replaceAll("");
    }
}
