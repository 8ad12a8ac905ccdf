package io.kaon.engine.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.kaon.engine.EngineSession;
import io.kaon.engine.EngineSettings;
import io.kaon.engine.InspectedModel;
import io.kaon.engine.WeightFiles;
import io.kaon.model.ErrorKind;
import io.kaon.model.ModelSignature;
import io.kaon.model.ServingException;
import io.kaon.tensor.NativeSlab;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A `model.onnx` whose graph has been read. ONNX Runtime reads the file again for each session, as nothing else
/// does.
final class InspectedOnnxModel implements InspectedModel {
    private static final int MOST_NAMED = 3;

    private final OnnxGraph graph;
    private final long memoryBytes;
    private final ThreadLocal<NativeSlab> slabs;

    private InspectedOnnxModel(OnnxGraph graph, long memoryBytes, ThreadLocal<NativeSlab> slabs) {
        this.graph = graph;
        this.memoryBytes = memoryBytes;
        this.slabs = slabs;
    }

    /// @param slabs for the inputs of all sessions
    /// @throws ServingException UNSUPPORTED, or ENGINE_FAILED if it lacks a file with weights
    static InspectedOnnxModel of(Path directory, ThreadLocal<NativeSlab> slabs) {
        Path model = directory.resolve(OnnxEngine.MODEL_FILE);
        OnnxGraph graph = OnnxGraphReader.read(model);
        OnnxSignatures.refuseWhatCannotPass(graph);
        requireExternalFiles(directory, graph);
        return new InspectedOnnxModel(graph, WeightFiles.bytes(weightFiles(directory, graph)), slabs);
    }

    /// ONNX Runtime names a place, but not what to do.
    private static void requireExternalFiles(Path directory, OnnxGraph graph) {
        List<String> missing = graph.externalFiles().stream()
                .filter(file -> !exists(directory, file))
                .toList();
        if (!missing.isEmpty()) {
            throw new ServingException(
                    ErrorKind.ENGINE_FAILED,
                    OnnxEngine.MODEL_FILE + " keeps weights in files of their own, and " + directory + " lacks "
                            + missing.stream().limit(MOST_NAMED).collect(Collectors.joining("`, `", "`", "`"))
                            + (missing.size() > MOST_NAMED ? " and " + (missing.size() - MOST_NAMED) + " more" : "")
                            + ": copy them there too, beside " + OnnxEngine.MODEL_FILE);
        }
    }

    /// What is no name of a file is left to ONNX Runtime, which says why.
    private static boolean exists(Path directory, String file) {
        Path path = external(directory, file);
        return path == null || Files.exists(path);
    }

    /// The model's own file, which has all weights that have none of their own, and the others.
    private static List<Path> weightFiles(Path directory, OnnxGraph graph) {
        List<Path> files = new ArrayList<>();
        files.add(directory.resolve(OnnxEngine.MODEL_FILE));
        for (String file : graph.externalFiles()) {
            Path path = external(directory, file);
            if (path != null) {
                files.add(path);
            }
        }
        return files;
    }

    /// @return null for what is no name of a file
    private static @Nullable Path external(Path directory, String file) {
        try {
            return file.isEmpty() ? null : directory.resolve(file);
        } catch (InvalidPathException _) {
            return null;
        }
    }

    /// ONNX Runtime maps external weights into memory. A program that shortens such a file takes pages away
    /// from a process that will touch them, which the system answers with SIGBUS: the server would be gone,
    /// not one model.
    @Override
    public boolean keepsReading() {
        return !graph.externalFiles().isEmpty();
    }

    @Override
    public long memoryBytes() {
        return memoryBytes;
    }

    @Override
    public EngineSession load(Path directory, EngineSettings settings) {
        String model = directory.resolve(OnnxEngine.MODEL_FILE).toString();
        OrtEnvironment environment = OnnxLibrary.environment();
        try (OrtSession.SessionOptions options = options(settings)) {
            // By path, not by content: external weights are looked up beside the file.
            return open(directory, environment, environment.createSession(model, options), settings);
        } catch (OrtException e) {
            throw OnnxErrors.ofLoad(e);
        }
    }

    private EngineSession open(Path directory, OrtEnvironment environment, OrtSession session, EngineSettings settings)
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
