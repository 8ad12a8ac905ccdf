package io.kaon.engine.tensorflow;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.TextFormat;
import io.kaon.engine.DeviceBudget;
import io.kaon.engine.EngineSession;
import io.kaon.engine.EngineSettings;
import io.kaon.engine.InspectedModel;
import io.kaon.engine.WeightFiles;
import io.kaon.model.ErrorKind;
import io.kaon.model.FileAccess;
import io.kaon.model.ServingException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.bytedeco.javacpp.BytePointer;
import org.jspecify.annotations.Nullable;
import org.tensorflow.internal.c_api.TF_Graph;
import org.tensorflow.internal.c_api.TF_Session;
import org.tensorflow.internal.c_api.TF_SessionOptions;
import org.tensorflow.internal.c_api.TF_Status;
import org.tensorflow.internal.c_api.global.tensorflow;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.SavedModel;

/// From a directory to a session: what can be told from the file is read and checked first, then TensorFlow loads it.
///
/// @param graphs all that the file has: which of them is loaded, the settings say
/// @param budget of the memory on GPUs
record InspectedSavedModel(List<MetaGraph> graphs, long memoryBytes, DeviceBudget budget) implements InspectedModel {
    private static final String VARIABLES = "variables";
    private static final String VALUES = "variables.data-*";

    static InspectedSavedModel of(Path directory, DeviceBudget budget) {
        return new InspectedSavedModel(graphs(directory), WeightFiles.bytes(weightFiles(directory)), budget);
    }

    /// Constants stand in the graph, variables beside it.
    private static List<Path> weightFiles(Path directory) {
        List<Path> files = new ArrayList<>();
        files.add(directory.resolve(TensorflowEngine.BINARY));
        files.add(directory.resolve(TensorflowEngine.TEXT));
        try (DirectoryStream<Path> values = Files.newDirectoryStream(directory.resolve(VARIABLES), VALUES)) {
            values.forEach(files::add);
        } catch (IOException | DirectoryIteratorException _) {
            // It has no variables, or loading will say what is wrong with them.
        }
        return files;
    }

    @Override
    public boolean keepsReading() {
        return false;
    }

    @Override
    public EngineSession load(Path directory, EngineSettings settings) {
        MetaGraph graph = choose(graphs, settings.savedModelTags());
        TensorflowPlace place = TensorflowGpus.place(settings);
        TensorflowLibrary.start();
        FatalFaults.refuse(directory, graph);
        DeviceBudget.Share share = place.gpu() == null
                ? null
                : budget.reserve(place.gpu(), settings.providers().cuda(), memoryBytes);
        try {
            return load(directory, graph, settings, place, share);
        } catch (RuntimeException | Error failure) {
            if (share != null) {
                share.close();
            }
            throw failure;
        }
    }

    private static EngineSession load(
            Path directory,
            MetaGraph graph,
            EngineSettings settings,
            TensorflowPlace place,
            DeviceBudget.@Nullable Share share) {
        TF_Graph loaded = TF_Graph.newGraph();
        TF_Status status = TF_Status.newStatus();
        TF_SessionOptions options = options(settings, place, threads(graph, settings), status);
        try {
            TF_Session session = TF_Session.loadSessionFromSavedModel(
                    options,
                    null,
                    directory.toString(),
                    settings.savedModelTags().toArray(String[]::new),
                    loaded,
                    null,
                    status);
            TensorflowErrors.checkLoad(status);
            return open(graph, loaded, session, settings, place, share);
        } catch (RuntimeException | Error failure) {
            loaded.close();
            throw failure;
        } finally {
            options.close();
            status.close();
        }
    }

    private static SavedModelSession open(
            MetaGraph graph,
            TF_Graph loaded,
            TF_Session session,
            EngineSettings settings,
            TensorflowPlace place,
            DeviceBudget.@Nullable Share share) {
        try {
            TensorflowGpus.requireTaken(place, settings, session);
            return new SavedModelSession(
                    loaded, session, SavedModelSignatures.of(graph, loaded), settings.isOnCaller(), place, share);
        } catch (RuntimeException | Error failure) {
            session.close();
            throw failure;
        }
    }

    private static List<MetaGraph> graphs(Path directory) {
        Path binary = directory.resolve(TensorflowEngine.BINARY);
        try {
            if (Files.exists(binary)) {
                try (InputStream file = Files.newInputStream(binary)) {
                    CodedInputStream in = CodedInputStream.newInstance(file);
                    in.setSizeLimit(Integer.MAX_VALUE);
                    return new MetaGraphReader(in).savedModel();
                }
            }
            SavedModel.Builder model = SavedModel.newBuilder();
            TextFormat.merge(Files.readString(directory.resolve(TensorflowEngine.TEXT)), model);
            return new MetaGraphReader(
                            CodedInputStream.newInstance(model.build().toByteArray()))
                    .savedModel();
        } catch (IOException unreadable) {
            throw new ServingException(
                    ErrorKind.ENGINE_FAILED,
                    "the SavedModel in " + directory + " cannot be read: " + FileAccess.words(unreadable),
                    unreadable);
        }
    }

    private static MetaGraph choose(List<MetaGraph> graphs, Set<String> tags) {
        for (MetaGraph graph : graphs) {
            if (graph.tags().equals(tags)) {
                return graph;
            }
        }
        throw new ServingException(
                ErrorKind.ENGINE_FAILED,
                "the SavedModel has no graph with the tags " + tags + ": found "
                        + graphs.stream().map(MetaGraph::tags).toList()
                        + "; choose others with --saved_model_tags");
    }

    /// Threads for runs that may have to be ended, which cannot happen on the thread that asked for them. Each needs
    /// one for itself, else one that does not end would hold up the others.
    private static int threads(MetaGraph graph, EngineSettings settings) {
        boolean maybe = OperatorEffects.mayNotEnd(graph.operators());
        return maybe
                ? Math.max(settings.interOpThreads(), 2 * Runtime.getRuntime().availableProcessors())
                : settings.interOpThreads();
    }

    private static TF_SessionOptions options(
            EngineSettings settings, TensorflowPlace place, int threads, TF_Status status) {
        ConfigProto.Builder config = ConfigProto.newBuilder()
                .setIntraOpParallelismThreads(settings.intraOpThreads())
                .setInterOpParallelismThreads(threads)
                // Else the first session of the process would decide for all of them.
                .setUsePerSessionThreads(true);
        config.getExperimentalBuilder().setDisableThreadSpinning(true);
        if (!place.equals(TensorflowPlace.ORDINARY)) {
            place.apply(config, settings.providers().cuda(), TensorflowGpus::memoryOf);
        }
        TF_SessionOptions options = TF_SessionOptions.newSessionOptions();
        try (BytePointer bytes = new BytePointer(config.build().toByteArray())) {
            tensorflow.TF_SetConfig(options, bytes, bytes.capacity(), status);
            TensorflowErrors.checkLoad(status);
        }
        return options;
    }
}
