package io.kaon.engine;

import io.kaon.model.ModelFiles;
import java.nio.file.Path;
import java.util.List;

/// Turns the directory of one version into a session, in two steps: [#inspect] reads the files once,
/// [InspectedModel#load] makes sessions of them. Safe for use by several threads.
public interface Engine {
    /// What configuration, logs and metrics call it, for example `onnxruntime`.
    String name();

    /// The files by which it knows its models, for example `model.onnx`.
    ModelFiles modelFiles();

    /// The files by which any of these knows its models.
    static ModelFiles filesOf(List<Engine> engines) {
        return engines.stream().map(Engine::modelFiles).reduce(ModelFiles.of(), ModelFiles::and);
    }

    /// Whether the directory looks like one of its models. Reads names only; a broken model is still recognised.
    default boolean recognises(Path directory) {
        return modelFiles().areIn(directory);
    }

    /// Whether each session has the number of threads that it was loaded with. Otherwise that of the first holds for
    /// the process.
    default boolean hasThreadsPerSession() {
        return false;
    }

    /// Begins what its first load would have to wait for, and returns at once. Called when a model of its kind will
    /// probably be loaded soon, as often as one likes.
    default void prepare() {}

    /// Reads what there is to know of the model without loading it. Called on a platform thread: it reads files.
    ///
    /// @throws ServingException ENGINE_FAILED when the model is broken, UNSUPPORTED when it is sound but cannot be
    ///     served, each with the reason; what it does not notice [InspectedModel#load] refuses
    InspectedModel inspect(Path directory);
}
