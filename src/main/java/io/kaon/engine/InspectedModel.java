package io.kaon.engine;

import java.nio.file.Path;

/// What an engine has read of one version's files, and the way from there to a session: Kaon reads the files once,
/// however often the model is loaded. Holds no native memory. Used by one thread at a time.
public interface InspectedModel {
    /// Whether a session goes on reading the files after it was loaded, so that they must not change while it
    /// is open.
    boolean keepsReading();

    /// Bytes of native memory that one session will take, as a first estimate: the sizes of the files that hold
    /// weights.
    ///
    /// Good for telling small models from large ones, such as those of which two sessions must not be open at
    /// once. It is no bound: it leaves out what runs need, what an engine keeps in another form beside the
    /// file's, and the peak while it loads; and of weights that an engine maps, only those are in memory that a
    /// run has touched.
    long memoryBytes();

    /// Loads the model. Called on a platform thread; may take long. May be called again, also while the session of
    /// an earlier call is open.
    ///
    /// @param directory where the files stand now: they may have been copied since they were inspected
    /// @throws io.kaon.model.ServingException ENGINE_FAILED when the model is broken, UNSUPPORTED when it is sound
    ///     but cannot be served, each with the reason
    EngineSession load(Path directory, EngineSettings settings);
}
