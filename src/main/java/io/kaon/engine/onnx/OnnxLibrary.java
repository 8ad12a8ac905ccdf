package io.kaon.engine.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/// ONNX Runtime's native library and the one environment that it allows a process.
///
/// While it starts, version 1.29 matches the process's command line with regular expressions that recurse
/// once per character: telemetry, before a program can turn it off. On a thread of ordinary size a line of
/// 4,000 characters ends the process without a word. So the first start happens on a thread whose stack is
/// large enough for the line; the system gives it memory only for what it touches.
final class OnnxLibrary {
    /// Names the folder in which the binding looks for the native libraries.
    static final String PLACE = "onnxruntime.native.path";
    private static final Path COMMAND_LINE = Path.of("/proc/self/cmdline");

    /// More than twice what was seen to be needed.
    private static final long STACK_PER_CHARACTER = 1 << 10;

    private static final long STACK = 8 << 20;

    private static @Nullable FutureTask<OrtEnvironment> environment;

    private OnnxLibrary() {}

    /// Begins to start the library, unless that was begun already, and returns at once.
    static void prepare() {
        FutureTask<OrtEnvironment> _ = begun();
    }

    private static synchronized FutureTask<OrtEnvironment> begun() {
        FutureTask<OrtEnvironment> begun = environment;
        if (begun == null) {
            begun = new FutureTask<>(OnnxLibrary::start);
            environment = begun;
            Thread thread = new Thread(null, begun, "onnxruntime-start", stack());
            thread.start();
        }
        return begun;
    }

    /// The environment; waits for the start of the library, a tenth of a second.
    ///
    /// @throws io.kaon.model.ServingException ENGINE_FAILED when it cannot be started here, then and ever after
    static OrtEnvironment environment() {
        try {
            return begun().get();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw OnnxErrors.ofStart(interrupted);
        } catch (ExecutionException failure) {
            throw OnnxErrors.ofStart(failure.getCause() == null ? failure : failure.getCause());
        }
    }

    private static OrtEnvironment start() throws OrtException {
        locate();
        OrtEnvironment environment = OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_WARNING, "kaon");
        environment.setTelemetry(false);
        return environment;
    }

    /// The binding unpacks the libraries from its jar into the temporary folder, 28 MB at each start, unless a
    /// property says where they lie. A native executable has no jar: they lie in the folder `lib` beside it.
    /// Must come before the binding's first class is initialised. What the operator says is left as it is.
    private static void locate() {
        if (System.getProperty("org.graalvm.nativeimage.imagecode") != null && System.getProperty(PLACE) == null) {
            ProcessHandle.current()
                    .info()
                    .command()
                    .map(executable -> Path.of(executable).resolveSibling("lib"))
                    .filter(Files::isDirectory)
                    .ifPresent(folder -> System.setProperty(PLACE, folder.toString()));
        }
    }

    private static long stack() {
        try {
            return STACK + STACK_PER_CHARACTER * Files.readAllBytes(COMMAND_LINE).length;
        } catch (IOException _) {
            // Another system, which keeps it elsewhere.
            return STACK;
        }
    }
}
