package io.kaon.engine.djl;

import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A libtorch that the operator has put on the machine, such as one that computes on a GPU, in place of the one that is
/// built in: `PYTORCH_LIBRARY_PATH` names its folder.
final class OwnLibtorch {
    private static final String FOLDER = "PYTORCH_LIBRARY_PATH";
    private static final String VERSION = "PYTORCH_VERSION";
    private static final String FLAVOR = "PYTORCH_FLAVOR";

    /// What DJL's bridge to it is compiled for.
    static final String NEEDED = "2.7.1";

    /// The one CUDA that DJL's bridge is compiled for.
    static final String CUDA = "cu128";

    private static final Pattern NUMBER = Pattern.compile("\\d+\\.\\d+\\.\\d+");

    private OwnLibtorch() {}

    /// Tells DJL which of its bridges belongs to that library: by itself it guesses one that there is not.
    ///
    /// @throws ServingException ENGINE_FAILED if it is not there, or of another version
    static void announce() {
        String folder = folder();
        if (folder == null) {
            return;
        }
        Path library = Path.of(folder);
        if (!Files.exists(library.resolve(System.mapLibraryName("torch_cpu")))) {
            throw new ServingException(
                    ErrorKind.ENGINE_FAILED,
                    FOLDER + "=" + folder + ": expected a folder with " + System.mapLibraryName("torch_cpu")
                            + ", the folder lib of a libtorch " + NEEDED);
        }
        String version = version(library);
        if (version != null && !version.equals(NEEDED)) {
            throw new ServingException(
                    ErrorKind.ENGINE_FAILED,
                    FOLDER + "=" + folder + ": found libtorch " + version + ", DJL's bridge needs " + NEEDED
                            + "; take that version, for example with pip install torch==" + NEEDED);
        }
        if (setting(VERSION) == null) {
            System.setProperty(VERSION, NEEDED);
        }
        if (setting(FLAVOR) == null) {
            boolean cuda = Files.exists(library.resolve(System.mapLibraryName("torch_cuda")));
            System.setProperty(FLAVOR, cuda ? CUDA : "cpu");
        }
    }

    /// Null if the one that is built in is used.
    static @Nullable String folder() {
        return setting(FOLDER);
    }

    /// As the archive of libtorch and as Python's package say it; null if neither does.
    private static @Nullable String version(Path library) {
        for (String file : List.of("build-version", "version.py")) {
            try {
                Path parent = library.toAbsolutePath().getParent();
                if (parent != null && Files.isRegularFile(parent.resolve(file))) {
                    Matcher number = NUMBER.matcher(Files.readString(parent.resolve(file)));
                    return number.find() ? number.group() : null;
                }
            } catch (IOException _) {
                // DJL says what is wrong when it loads the library.
            }
        }
        return null;
    }

    private static @Nullable String setting(String name) {
        String value = System.getenv(name);
        return value == null || value.isEmpty() ? System.getProperty(name) : value;
    }
}
