package io.kaon.engine.tensorflow;

import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import org.tensorflow.internal.c_api.TF_Status;
import org.tensorflow.internal.c_api.global.tensorflow;

/// What TensorFlow says, as our exceptions, on one line. Its codes are those of gRPC.
final class TensorflowErrors {
    private static final int OK = 0;
    private static final int INVALID_ARGUMENT = 3;
    private static final int OUT_OF_RANGE = 11;
    private static final int UNIMPLEMENTED = 12;

    private TensorflowErrors() {}

    /// @throws ServingException ENGINE_FAILED, or UNSUPPORTED if TensorFlow has no such operator
    static void checkLoad(TF_Status status) {
        int code = tensorflow.TF_GetCode(status);
        if (code != OK) {
            throw failure(code == UNIMPLEMENTED ? ErrorKind.UNSUPPORTED : ErrorKind.ENGINE_FAILED, status);
        }
    }

    /// @throws ServingException INVALID_REQUEST if the inputs are at fault, ENGINE_FAILED otherwise
    static void checkRun(TF_Status status) {
        int code = tensorflow.TF_GetCode(status);
        if (code != OK) {
            boolean inputs = code == INVALID_ARGUMENT || code == OUT_OF_RANGE;
            throw failure(inputs ? ErrorKind.INVALID_REQUEST : ErrorKind.ENGINE_FAILED, status);
        }
    }

    private static ServingException failure(ErrorKind kind, TF_Status status) {
        String words = tensorflow.TF_Message(status).getString();
        return new ServingException(kind, "TensorFlow: " + words.strip().replaceAll("\\s+", " "));
    }
}
