package io.kaon.app.model;

import io.kaon.app.command.CommandFetch;
import io.kaon.app.command.StoreChoice;
import io.kaon.app.config.ModelSource;
import io.kaon.engine.Engine;
import io.kaon.model.DirectoryAdvice;
import io.kaon.model.ErrorKind;
import io.kaon.model.FileAdvice;
import io.kaon.model.ModelFiles;
import io.kaon.model.ServingException;
import io.kaon.storage.Listing;
import io.kaon.storage.LocalTree;
import io.kaon.storage.Location;
import io.kaon.storage.ModelStore;
import io.kaon.storage.ModelStores;
import io.kaon.storage.StoredVersion;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The files of one version for a command that looks at it: where they stand, or in a copy among the system's
/// temporary files, which is removed when this is closed and when the process is told to end.
final class VersionFiles implements AutoCloseable {
    /// Of the names of copies.
    static final String PREFIX = "kaon-look-";

    private final Location version;
    private final Path files;
    /// Ours to remove; null when the files are read where they stand.
    private final @Nullable Path copy;

    private VersionFiles(Location version, Path files, @Nullable Path copy) {
        this.version = version;
        this.files = files;
        this.copy = copy;
    }

    /// @param text a version's location, or a model's: then its newest version
    /// @param engines that can load one
    /// @throws ServingException when there is none, or it cannot be fetched
    static VersionFiles open(ModelStores stores, String text, List<Engine> engines, PrintWriter err) {
        Location location = ModelSource.location(text);
        return open(StoreChoice.of(stores, location), location, engines, err);
    }

    /// As above, in a store that is known.
    static VersionFiles open(ModelStore store, Location location, List<Engine> engines, PrintWriter err) {
        Location version = version(store, location, Engine.filesOf(engines));
        Path inPlace = store.inPlace(version);
        return inPlace == null ? fetched(store, version, err) : new VersionFiles(version, inPlace, null);
    }

    /// The location itself if an engine knows its files, or else its newest version.
    static Location version(ModelStore store, Location location, ModelFiles modelFiles) {
        Listing found = store.list(location);
        if (modelFiles.areAmong(found.files())) {
            return location;
        }
        Location newest = found.directories().stream()
                .filter(name -> name.matches("[0-9]{1,18}"))
                .max(Comparator.comparingLong(Long::parseLong))
                .map(location::child)
                .orElse(location);
        List<String> files =
                newest.equals(location) ? found.files() : store.list(newest).files();
        if (!modelFiles.areAmong(files)) {
            throw new ServingException(
                    ErrorKind.UNSUPPORTED,
                    "no engine recognises " + newest + ": expected "
                            + modelFiles + " or a directory with versions, found "
                            + (files.isEmpty() ? "no files" : files)
                            + FileAdvice.appended(files)
                            + DirectoryAdvice.about(found.directories())
                                    .filter(_ -> newest.equals(location))
                                    .map(advice -> "; " + advice)
                                    .orElse(newest.equals(location) ? folderAdvice(found) : ""));
        }
        return newest;
    }

    private static String folderAdvice(Listing found) {
        return found.directories().isEmpty()
                ? ""
                : "; if it is a folder of models, name one of " + found.directories()
                        + ", or check all of them with `kaon check --all`";
    }

    /// The files of a version where they stand on this machine.
    static VersionFiles at(Path files, Location version) {
        return new VersionFiles(version, files, null);
    }

    private static VersionFiles fetched(ModelStore store, Location version, PrintWriter err) {
        StoredVersion wanted = new StoredVersion(version, store.describe(version));
        Path copy = null;
        try {
            copy = Files.createTempDirectory(PREFIX);
            VersionFiles files = new VersionFiles(version, copy, copy);
            new CommandFetch(err).run(store, wanted, copy, files::close);
            return files;
        } catch (IOException failure) {
            remove(copy);
            throw new ServingException(
                    ErrorKind.STORAGE_FAILED,
                    version + " cannot be copied here: " + StoreChoice.reason(failure)
                            + "; KAON_JAVA_OPTS=-Djava.io.tmpdir=DIR names another place for temporary files",
                    failure);
        } catch (RuntimeException | Error failure) {
            remove(copy);
            throw failure;
        }
    }

    /// The same files without links, for engines that go on reading them: ONNX Runtime refuses weights behind
    /// links that lead out of the model's directory, and servers read copies of such models too.
    ///
    /// @return these if there are no links
    VersionFiles withoutLinks(ModelStores stores, PrintWriter err) {
        try (Stream<Path> below = Files.walk(files)) {
            return copy != null || below.noneMatch(Files::isSymbolicLink)
                    ? this
                    : fetched(StoreChoice.of(stores, version), version, err);
        } catch (IOException failure) {
            throw new UncheckedIOException(files + " cannot be read", failure);
        }
    }

    /// Where it is kept.
    Location version() {
        return version;
    }

    /// Where engines can read it.
    Path path() {
        return files;
    }

    /// A failure about the copy is one about the place that the caller knows.
    ServingException ofOriginal(ServingException failure) {
        return copy == null ? failure : failure.about(version.toString(), copy.toString());
    }

    private static void remove(@Nullable Path copy) {
        if (copy == null) {
            return;
        }
        try {
            LocalTree.delete(copy);
        } catch (IOException failure) {
            throw new UncheckedIOException(copy + " could not be removed", failure);
        }
    }

    /// A second call does nothing.
    @Override
    public void close() {
        remove(copy);
    }
}
