package io.kaon.engine.tensorflow;

import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import org.jboss.logging.Logger;
import org.tensorflow.internal.c_api.global.tensorflow;

/// TensorFlow's native library: hundreds of megabytes, which JavaCPP unpacks into its cache once and finds there from
/// then on.
final class TensorflowLibrary {
    private static final Logger LOG = Logger.getLogger(TensorflowLibrary.class);

    private static boolean started;

    private TensorflowLibrary() {}

    /// Starts it if it has not been. On a platform thread; the first time in a machine's life takes seconds.
    ///
    /// @throws ServingException ENGINE_FAILED when it cannot be started here
    static synchronized void start() {
        if (started) {
            return;
        }
        long began = System.nanoTime();
        try {
            String version = tensorflow.TF_Version().getString();
            started = true;
            LOG.infof("TensorFlow %s started in %d ms", version, (System.nanoTime() - began) / 1_000_000);
        } catch (LinkageError failure) {
            Throwable reason = failure;
            while (reason.getCause() != null) {
                reason = reason.getCause();
            }
            throw new ServingException(
                    ErrorKind.ENGINE_FAILED,
                    "TensorFlow's native library cannot be started on " + System.getProperty("os.name") + " "
                            + System.getProperty("os.arch") + ": " + reason.getMessage()
                            + "; it is unpacked below the home directory, or where"
                            + " -Dorg.bytedeco.javacpp.cachedir=DIR says",
                    failure);
        }
    }
}
