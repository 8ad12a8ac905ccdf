package io.kaon.app.model;

import io.kaon.app.command.Command;
import io.kaon.app.command.PlainCommand;
import io.kaon.model.ServingException;
import io.kaon.storage.Location;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;

/// `rollback`: takes the newest version of a model back, so that servers return to the one before, after that
/// was loaded and run once. The files stay beside the others under a name that servers do not take for a
/// version.
public final class RollbackCommand {
    private RollbackCommand() {}

    public static Command command() {
        return new PlainCommand(
                "Takes the newest version of a model back: servers return to the version before.",
                List.of(PlainCommand.Argument.needed("MODEL", "The model's name.")),
                List.of(ModelDirectory.option()),
                (given, out, err) -> {
                    try (CommandModels models = CommandModels.open()) {
                        return run(ModelDirectory.of(given.arguments().getFirst(), given, models), models, out, err);
                    }
                });
    }

    private static int run(ModelDirectory directory, CommandModels models, PrintWriter out, PrintWriter err) {
        NavigableMap<Long, Path> versions = directory.versions();
        Map.Entry<Long, Path> newest = versions.lastEntry();
        Map.Entry<Long, Path> before = newest == null ? null : versions.lowerEntry(newest.getKey());
        if (newest == null) {
            throw ModelDirectory.refused(directory.base() + " has no version: expected a model with two or more");
        }
        if (before == null) {
            throw ModelDirectory.refused(directory.base() + ": version " + newest.getKey()
                    + " is the only one, so there is none to return to");
        }
        Location place = Location.parse(before.getValue().toString());
        try (VersionFiles files = VersionFiles.open(models.stores().of(place), place, models.engines(), err)) {
            VersionProbe _ =
                    VersionProbe.of(files, directory.name(), models, err).requireSound();
        } catch (ServingException broken) {
            throw new ServingException(
                    broken.kind(),
                    "version " + before.getKey() + " cannot take the place of version " + newest.getKey() + ": "
                            + broken.getMessage(),
                    broken);
        }
        Path kept = directory.rollBack(newest.getKey(), newest.getValue());
        out.println(directory.name() + ": version " + newest.getKey() + " is taken back, version " + before.getKey()
                + " is the newest now; to undo it: mv " + kept + " " + newest.getValue());
        return 0;
    }
}
