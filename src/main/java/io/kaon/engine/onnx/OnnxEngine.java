package io.kaon.engine.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.kaon.engine.Engine;
import io.kaon.engine.EngineSession;
import io.kaon.engine.EngineSettings;
import io.kaon.model.ErrorKind;
import io.kaon.model.ModelSignature;
import io.kaon.model.ServingException;
import io.kaon.tensor.NativeSlab;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/// Loads `model.onnx`, and the weight files that it names beside it, into ONNX Runtime.
///
/// Constructing one costs nothing: the native library is unpacked and started by [#prepare] or the first load.
/// The library allows one environment per process and frees it in a shutdown hook of its own, so sessions must be
/// closed before the JVM begins to shut down.
public final class OnnxEngine implements Engine {
    static final String MODEL_FILE = "model.onnx";

    private static final int MOST_NAMED = 3;

    private final ThreadLocal<NativeSlab> slabs = ThreadLocal.withInitial(NativeSlab::new);

    @Override
    public String name() {
        return "onnxruntime";
    }

    @Override
    public List<String> modelFiles() {
        return List.of(MODEL_FILE);
    }

    /// ONNX Runtime maps external weights into memory. A program that shortens such a file takes pages away
    /// from a process that will touch them, which the system answers with SIGBUS: the server would be gone,
    /// not one model.
    @Override
    public boolean keepsReading(Path directory) {
        return !OnnxGraphReader.read(directory.resolve(MODEL_FILE))
                .externalFiles()
                .isEmpty();
    }

    @Override
    public boolean hasThreadsPerSession() {
        return true;
    }

    /// The library takes 40 ms of a processor to start.
    @Override
    public void prepare() {
        OnnxLibrary.prepare();
    }

    @Override
    public EngineSession load(Path directory, EngineSettings settings) {
        Path model = directory.resolve(MODEL_FILE);
        OnnxGraph graph = OnnxGraphReader.read(model);
        OnnxSignatures.refuseWhatCannotPass(graph);
        requireExternalFiles(directory, graph);
        OrtEnvironment environment = OnnxLibrary.environment();
        try (OrtSession.SessionOptions options = options(settings)) {
            // By path, not by content: external weights are looked up beside the file.
            return open(directory, graph, environment, environment.createSession(model.toString(), options), settings);
        } catch (OrtException e) {
            throw OnnxErrors.ofLoad(e);
        }
    }

    /// ONNX Runtime names a place, but not what to do.
    private static void requireExternalFiles(Path directory, OnnxGraph graph) {
        List<String> missing = graph.externalFiles().stream()
                .filter(file -> !exists(directory, file))
                .toList();
        if (!missing.isEmpty()) {
            throw new ServingException(
                    ErrorKind.ENGINE_FAILED,
                    MODEL_FILE + " keeps weights in files of their own, and " + directory + " lacks "
                            + missing.stream().limit(MOST_NAMED).collect(Collectors.joining("`, `", "`", "`"))
                            + (missing.size() > MOST_NAMED ? " and " + (missing.size() - MOST_NAMED) + " more" : "")
                            + ": copy them there too, beside " + MODEL_FILE);
        }
    }

    /// What is no name of a file is left to ONNX Runtime, which says why.
    private static boolean exists(Path directory, String file) {
        try {
            return file.isEmpty() || Files.exists(directory.resolve(file));
        } catch (InvalidPathException _) {
            return true;
        }
    }

    private EngineSession open(
            Path directory, OnnxGraph graph, OrtEnvironment environment, OrtSession session, EngineSettings settings)
            throws OrtException {
        try {
            ModelSignature signature = OnnxSignatures.of(graph, session.getInputInfo(), session.getOutputInfo());
            return new OnnxSession(directory, environment, session, graph, signature, settings.isOnCaller(), slabs);
        } catch (OrtException | RuntimeException e) {
            session.close();
            throw e;
        }
    }

    private static OrtSession.SessionOptions options(EngineSettings settings) throws OrtException {
        OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        try {
            options.setIntraOpNumThreads(settings.intraOpThreads());
            options.setInterOpNumThreads(settings.interOpThreads());
            options.setExecutionMode(
                    settings.interOpThreads() > 1
                            ? OrtSession.SessionOptions.ExecutionMode.PARALLEL
                            : OrtSession.SessionOptions.ExecutionMode.SEQUENTIAL);
            options.addConfigEntry("session.intra_op.allow_spinning", "0");
            options.addConfigEntry("session.inter_op.allow_spinning", "0");
            return options;
        } catch (OrtException e) {
            options.close();
            throw e;
        }
    }
}
