package io.kaon.engine.tensorflow;

import io.kaon.model.Cancellation;
import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import org.tensorflow.internal.c_api.TF_Status;
import org.tensorflow.internal.c_api.global.tensorflow;

/// What TensorFlow says, as our exceptions, on one line. Its codes are those of gRPC.
final class TensorflowErrors {
    private static final int OK = 0;
    private static final int CANCELLED = 1;
    private static final int INVALID_ARGUMENT = 3;
    private static final int DEADLINE_EXCEEDED = 4;
    private static final int NOT_FOUND = 5;
    private static final int RESOURCE_EXHAUSTED = 8;
    private static final int FAILED_PRECONDITION = 9;
    private static final int OUT_OF_RANGE = 11;
    private static final int UNIMPLEMENTED = 12;

    private TensorflowErrors() {}

    static boolean isOk(TF_Status status) {
        return tensorflow.TF_GetCode(status) == OK;
    }

    /// @throws ServingException ENGINE_FAILED, or UNSUPPORTED if TensorFlow has no such operator
    static void checkLoad(TF_Status status) {
        int code = tensorflow.TF_GetCode(status);
        if (code != OK) {
            throw failure(code == UNIMPLEMENTED ? ErrorKind.UNSUPPORTED : ErrorKind.ENGINE_FAILED, status);
        }
    }

    /// A variable or table without value is FAILED_PRECONDITION, or a resource that is NOT_FOUND; a file that an input
    /// names and that is not there is NOT_FOUND too.
    ///
    /// A kernel may refuse a shape with any code, so where shapes are not the declared ones, they are at fault.
    ///
    /// @param limited whether the run had a time after which TensorFlow ends it
    /// @param otherShapes which shapes are not the declared ones; empty if all are
    /// @return CANCELLED if that time was up, INVALID_REQUEST if the inputs are at fault, MODEL_BROKEN if no inputs
    ///     could help, ENGINE_FAILED otherwise
    static ServingException ofRun(TF_Status status, boolean limited, String otherShapes) {
        int code = tensorflow.TF_GetCode(status);
        if (limited && (code == DEADLINE_EXCEEDED || code == CANCELLED)) {
            return Cancellation.ended(failure(ErrorKind.CANCELLED, status));
        }
        ErrorKind kind = kindOfRun(code, status);
        if (otherShapes.isEmpty()) {
            return failure(kind, status);
        }
        return new ServingException(
                kind == ErrorKind.ENGINE_FAILED && code != RESOURCE_EXHAUSTED ? ErrorKind.INVALID_REQUEST : kind,
                words(status) + " (" + otherShapes + ")");
    }

    private static ErrorKind kindOfRun(int code, TF_Status status) {
        return switch (code) {
            case INVALID_ARGUMENT, OUT_OF_RANGE -> ErrorKind.INVALID_REQUEST;
            case FAILED_PRECONDITION -> ErrorKind.MODEL_BROKEN;
            case NOT_FOUND ->
                tensorflow.TF_Message(status).getString().contains("Resource ")
                        ? ErrorKind.MODEL_BROKEN
                        : ErrorKind.ENGINE_FAILED;
            default -> ErrorKind.ENGINE_FAILED;
        };
    }

    private static ServingException failure(ErrorKind kind, TF_Status status) {
        return new ServingException(kind, words(status));
    }

    private static String words(TF_Status status) {
        return "TensorFlow: "
                + tensorflow.TF_Message(status).getString().strip().replaceAll("\\s+", " ");
    }
}
