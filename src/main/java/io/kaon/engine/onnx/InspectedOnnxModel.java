package io.kaon.engine.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.kaon.engine.Device;
import io.kaon.engine.DeviceBudget;
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
    private final DeviceBudget budget;

    private InspectedOnnxModel(OnnxGraph graph, long memoryBytes, ThreadLocal<NativeSlab> slabs, DeviceBudget budget) {
        this.graph = graph;
        this.memoryBytes = memoryBytes;
        this.slabs = slabs;
        this.budget = budget;
    }

    /// @param slabs for the inputs of all sessions
    /// @param budget of the memory on GPUs
    /// @throws ServingException UNSUPPORTED, or ENGINE_FAILED if it lacks a file with weights
    static InspectedOnnxModel of(Path directory, ThreadLocal<NativeSlab> slabs, DeviceBudget budget) {
        Path model = directory.resolve(OnnxEngine.MODEL_FILE);
        OnnxGraph graph = OnnxGraphReader.read(model);
        OnnxSignatures.refuseWhatCannotPass(graph);
        requireExternalFiles(directory, graph);
        return new InspectedOnnxModel(graph, WeightFiles.bytes(weightFiles(directory, graph)), slabs, budget);
    }

    /// ONNX Runtime names a place, but not what to do.
    private static void requireExternalFiles(Path directory, OnnxGraph graph) {
        List<String> missing = graph.externalFiles().keySet().stream()
                .filter(file -> !exists(directory, file))
                .toList();
        if (!missing.isEmpty()) {
            throw new ServingException(
                    ErrorKind.ENGINE_FAILED,
                    OnnxEngine.MODEL_FILE + " keeps weights in files of their own, and " + directory + " lacks "
                            + missing.stream()
                                    .limit(MOST_NAMED)
                                    .map(file -> "`" + file + "` (with tensor `"
                                            + graph.externalFiles().get(file) + "`)")
                                    .collect(Collectors.joining(", "))
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
        for (String file : graph.externalFiles().keySet()) {
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

    /// With a device of the operator's choice, or none: then a session that cannot be made on a GPU is made on the
    /// processor.
    @Override
    public EngineSession load(Path directory, EngineSettings settings) {
        OrtEnvironment environment = OnnxLibrary.environment();
        SessionPlan plan = OnnxBuild.plan(environment, settings);
        try {
            return load(directory, environment, settings, plan);
        } catch (OrtException e) {
            if (plan.gpu() == null || !(settings.device() instanceof Device.Auto)) {
                throw refusal(directory, environment, e);
            }
            return onProcessor(directory, environment, settings, plan.withoutGpu(OnnxErrors.words(e)));
        }
    }

    private EngineSession onProcessor(
            Path directory, OrtEnvironment environment, EngineSettings settings, SessionPlan plan) {
        try {
            return load(directory, environment, settings, plan);
        } catch (OrtException e) {
            throw refusal(directory, environment, e);
        }
    }

    private static ServingException refusal(Path directory, OrtEnvironment environment, OrtException e) {
        ServingException refusal = OnnxErrors.ofLoad(e);
        return BrokenFile.explain(
                        directory.resolve(OnnxEngine.MODEL_FILE), refusal.getMessage(), environment.getVersion())
                .map(words -> new ServingException(refusal.kind(), words, e))
                .orElse(refusal);
    }

    private EngineSession load(Path directory, OrtEnvironment environment, EngineSettings settings, SessionPlan plan)
            throws OrtException {
        DeviceBudget.Share share = plan.gpu() == null
                ? null
                : budget.reserve(plan.gpu(), settings.providers().cuda(), memoryBytes);
        try (OrtSession.SessionOptions options = OnnxOptions.of(settings, plan)) {
            // By path, not by content: external weights are looked up beside the file.
            String model = directory.resolve(OnnxEngine.MODEL_FILE).toString();
            OrtSession session = environment.createSession(model, options);
            return open(directory, environment, session, new SessionPlace(plan, settings.isOnCaller(), share));
        } catch (OrtException | RuntimeException | Error e) {
            if (share != null) {
                share.close();
            }
            throw e;
        }
    }

    private EngineSession open(Path directory, OrtEnvironment environment, OrtSession session, SessionPlace place)
            throws OrtException {
        try {
            ModelSignature signature = OnnxSignatures.of(graph, session.getInputInfo(), session.getOutputInfo());
            return new OnnxSession(directory, environment, session, graph, signature, place, slabs);
        } catch (OrtException | RuntimeException e) {
            session.close();
            throw e;
        }
    }
}
