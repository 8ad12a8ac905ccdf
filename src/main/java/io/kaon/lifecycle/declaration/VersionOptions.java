package io.kaon.lifecycle.declaration;

import io.kaon.model.ServingException;
import java.nio.file.Path;

/// What a version says about itself in its own files.
@FunctionalInterface
public interface VersionOptions {
    /// Versions have no say.
    VersionOptions AS_DECLARED = (_, declared) -> declared;

    /// The options that hold for a version. Called on a thread that loads, before its engine is chosen.
    ///
    /// @param directory the version's files, on this machine
    /// @param declared what the declaration of the model says
    /// @throws ServingException when the files say what cannot be understood
    ModelOptions of(Path directory, ModelOptions declared);
}
