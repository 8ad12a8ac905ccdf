package io.kaon.storage.file;

import io.kaon.model.ModelFiles;
import io.kaon.storage.Location;
import io.kaon.storage.ModelStore;
import io.kaon.testkit.ModelStoreContract;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The contract, for a folder on some file system.
abstract class FolderStoreContract extends ModelStoreContract {
    private final FileStore store = new FileStore(List.of(), ModelFiles.single("model.onnx"));

    @Override
    protected final ModelStore store() {
        return store;
    }

    @Override
    protected final void put(Location file, byte[] content) {
        TickingFiles.write(Path.of(file.path()), content);
    }

    @Override
    protected final void remove(Location location) {
        TickingFiles.remove(Path.of(location.path()));
    }

    @Override
    protected final void makeDirectory(Location directory) {
        try {
            Files.createDirectories(Path.of(directory.path()));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Override
    protected final boolean copiesOnFetch() {
        return false;
    }
}
