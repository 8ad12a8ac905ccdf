package io.kaon.app.model;

import io.kaon.app.command.PlainCommand;
import io.kaon.app.command.StoreChoice;
import io.kaon.app.config.ModelSource;
import io.kaon.lifecycle.declaration.DesiredModel;
import io.kaon.lifecycle.declaration.DesiredModels;
import io.kaon.lifecycle.declaration.ModelFolder;
import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.storage.Location;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Model.OptionSpec;

/// The directory of one model on this machine, for commands that add versions to it and take them back. Other
/// processes may do the same at the same time, and servers look at it all the while: every change is one
/// rename.
///
/// A version that was taken back keeps its files, as `3.rolled-back`, and its number: the next version is 4, so
/// that a number never stands for two different models.
record ModelDirectory(String name, Path base) {
    private static final Pattern NUMBERED = Pattern.compile("([0-9]{1,18})(\\.rolled-back(?:-[0-9]+)?)?");
    private static final String MODELS = "--models";

    /// How often another process may take a number first.
    private static final int MOST_ATTEMPTS = 100;

    static OptionSpec option() {
        return PlainCommand.value(
                MODELS, "DIR", "The folder of models (default: what the options of the server name).");
    }

    /// @throws ServingException INVALID_REQUEST when the model cannot have a directory on this machine
    static ModelDirectory of(String name, PlainCommand.Given given, CommandModels models) {
        if (!Location.isName(name) || !ModelFolder.models(List.of(name)).contains(name)) {
            throw refused(
                    "\"" + name + "\" cannot be a model's directory: expected a name without slashes that does not"
                            + " begin with a dot or end in .tmp");
        }
        Optional<String> folder = given.value(MODELS);
        Location base = folder.isPresent()
                ? ModelSource.location(folder.get()).child(name)
                : declared(name, models.configured());
        if (!base.scheme().equals(Location.FILE)) {
            throw refused(base + " is not on this machine: expected " + MODELS + " with a folder");
        }
        Path directory = Path.of(base.path());
        if (Files.exists(directory) && !Files.isDirectory(directory)) {
            throw refused(directory + " is a file: expected a directory with versions");
        }
        Path folderOfAll = directory.getParent();
        if (folderOfAll == null || !Files.isDirectory(folderOfAll)) {
            throw refused(
                    "there is no folder " + folderOfAll + ": make it, or name the folder of models with " + MODELS);
        }
        return new ModelDirectory(name, directory);
    }

    private static Location declared(String name, DesiredModels.Declaration declaration) {
        for (DesiredModel model : declaration.models()) {
            if (model.name().equals(name)) {
                return model.base();
            }
        }
        ModelFolder folder = declaration.folder();
        if (folder == null) {
            throw refused("the options declare no model `" + name + "`, only "
                    + declaration.models().stream().map(DesiredModel::name).toList() + ": expected one of these, or "
                    + MODELS + " with a folder");
        }
        return folder.location().child(name);
    }

    /// Those that a server sees, by number.
    NavigableMap<Long, Path> versions() {
        return numbered(false);
    }

    private NavigableMap<Long, Path> numbered(boolean alsoRolledBack) {
        NavigableMap<Long, Path> found = new TreeMap<>();
        if (!Files.exists(base)) {
            return found;
        }
        try (DirectoryStream<Path> children = Files.newDirectoryStream(base)) {
            for (Path child : children) {
                Matcher number = NUMBERED.matcher(child.getFileName().toString());
                if (number.matches() && (alsoRolledBack || number.group(2) == null) && Files.isDirectory(child)) {
                    found.put(Long.valueOf(number.group(1)), child);
                }
            }
            return found;
        } catch (IOException failure) {
            throw failed(base + " cannot be read", failure);
        }
    }

    /// A new directory in which a version is made ready, of which servers take no notice. The caller removes it
    /// unless it is published.
    Path makeAside() {
        for (int attempt = 1; ; attempt++) {
            String hidden = "." + name + ".adding-" + ProcessHandle.current().pid() + "-" + attempt;
            // In the same file system as the version will be, for the rename.
            Path aside = Files.isDirectory(base) ? base.resolve(hidden) : base.resolveSibling(hidden);
            try {
                return Files.createDirectory(aside);
            } catch (FileAlreadyExistsException exists) {
                if (attempt == MOST_ATTEMPTS) {
                    throw failed(aside + " cannot be made", exists);
                }
            } catch (IOException failure) {
                throw failed(aside + " cannot be made", failure);
            }
        }
    }

    /// Gives a version that was made ready the next number.
    long publish(Path aside) {
        try {
            Files.createDirectories(base);
            long number = 0;
            for (int attempt = 1; ; attempt++) {
                NavigableMap<Long, Path> used = numbered(true);
                number = Math.max(number, used.isEmpty() ? 0 : used.lastKey()) + 1;
                try {
                    Path _ = Files.move(aside, base.resolve(Long.toString(number)), StandardCopyOption.ATOMIC_MOVE);
                    return number;
                } catch (DirectoryNotEmptyException | FileAlreadyExistsException taken) {
                    if (attempt == MOST_ATTEMPTS) {
                        throw taken;
                    }
                }
            }
        } catch (IOException failure) {
            throw failed(base + " cannot be written", failure);
        }
    }

    /// Takes a version away from servers and keeps its files.
    ///
    /// @return where they are
    Path rollBack(long version, Path directory) {
        try {
            for (int attempt = 1; ; attempt++) {
                Path kept = base.resolve(version + ".rolled-back" + (attempt == 1 ? "" : "-" + attempt));
                if (!Files.exists(kept)) {
                    return Files.move(directory, kept, StandardCopyOption.ATOMIC_MOVE);
                }
            }
        } catch (IOException failure) {
            throw failed(directory + " cannot be renamed", failure);
        }
    }

    private static ServingException failed(String what, IOException failure) {
        return new ServingException(ErrorKind.STORAGE_FAILED, what + ": " + StoreChoice.reason(failure), failure);
    }

    static ServingException refused(String message) {
        return new ServingException(ErrorKind.INVALID_REQUEST, message);
    }
}
