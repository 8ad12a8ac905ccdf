package io.kaon.engine.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import io.kaon.model.Cancellation;
import java.util.Map;
import java.util.Set;

/// ONNX Runtime's options of one thread's runs of one model. They also hold the flag that ends a run, and a thread has
/// one run at a time: so what is set here ends that run and no other.
///
/// For one thread, except for [#close] and the flag.
final class ThreadOptions implements AutoCloseable {
    private final Options ordinary;
    private final Options shrinking;

    /// @param arenas those that shrink after a large run
    ThreadOptions(String arenas) throws OrtException {
        ordinary = new Options();
        try {
            shrinking = new Options();
        } catch (OrtException failure) {
            ordinary.given.close();
            throw failure;
        }
        shrinking.given.addRunConfigEntry("memory.enable_memory_arena_shrinkage", arenas);
    }

    /// Runs once.
    ///
    /// @param shrinks whether memory that the run needed is given back to the system at its end
    /// @throws io.kaon.model.ServingException CANCELLED if the run was cancelled before it began
    OrtSession.Result run(
            OrtSession session,
            Map<String, OnnxTensor> inputs,
            Set<String> wanted,
            Map<String, OnnxValue> pinned,
            boolean shrinks,
            Cancellation cancellation)
            throws OrtException {
        Options options = shrinks ? shrinking : ordinary;
        cancellation.arm(options);
        try {
            return session.run(inputs, wanted, pinned, options.given);
        } finally {
            cancellation.disarm();
            if (cancellation.isCancelled()) {
                options.given.setTerminate(false);
            }
        }
    }

    /// Once no run is in progress; on any thread.
    @Override
    public void close() {
        ordinary.given.close();
        shrinking.given.close();
    }

    private static final class Options implements Runnable {
        private final OrtSession.RunOptions given = new OrtSession.RunOptions();

        /// A failed run is told by an exception. Without this, each would also write to stderr, as often as a client
        /// likes to send what makes it fail.
        Options() throws OrtException {
            given.setLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
        }

        /// Ends the run. ONNX Runtime looks at the flag before each node.
        @Override
        public void run() {
            try {
                given.setTerminate(true);
            } catch (OrtException impossible) {
                throw new IllegalStateException("options of a run that has not ended are open", impossible);
            }
        }
    }
}
