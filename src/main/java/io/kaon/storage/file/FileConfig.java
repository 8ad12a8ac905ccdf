package io.kaon.storage.file;

import java.util.List;
import java.util.Optional;

/// What may be said of folders and mounted volumes: `kaon.file.*`.
public interface FileConfig {
    /// Folders that symbolic links may lead to, besides the model's own.
    Optional<List<String>> links();
}
