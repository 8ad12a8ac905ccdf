package io.kaon.engine.onnx;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtException.OrtErrorCode;
import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;

/// The one place where ONNX Runtime's exceptions become ours. Its own words stay readable, on one line.
final class OnnxErrors {
    private OnnxErrors() {}

    static ServingException ofStart(Throwable e) {
        return new ServingException(ErrorKind.ENGINE_FAILED, "ONNX Runtime does not start: " + e, e);
    }

    /// An operator in a version that ONNX Runtime never had, or has no longer, is no fault of the model.
    static ServingException ofLoad(OrtException e) {
        ErrorKind kind =
                e.getCode() == OrtErrorCode.ORT_NOT_IMPLEMENTED ? ErrorKind.UNSUPPORTED : ErrorKind.ENGINE_FAILED;
        return new ServingException(kind, words(e), e);
    }

    static ServingException ofRun(OrtException e) {
        ErrorKind kind =
                e.getCode() == OrtErrorCode.ORT_INVALID_ARGUMENT ? ErrorKind.INVALID_REQUEST : ErrorKind.ENGINE_FAILED;
        return new ServingException(kind, words(e), e);
    }

    /// The message without the frame that the Java API puts around it.
    private static String words(OrtException e) {
        String frame = "Error code - " + e.getCode() + " - message: ";
        String message = String.valueOf(e.getMessage());
        String words = message.startsWith(frame) ? message.substring(frame.length()) : message;
        return words.strip().replaceAll("\\s+", " ");
    }
}
