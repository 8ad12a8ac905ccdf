package io.kaon.app.model;

import io.kaon.app.command.Command;
import io.kaon.app.command.CommandFetch;
import io.kaon.app.command.PlainCommand;
import io.kaon.app.command.StoreChoice;
import io.kaon.app.config.ModelSource;
import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.model.SignatureDifference;
import io.kaon.storage.ByteSize;
import io.kaon.storage.LocalTree;
import io.kaon.storage.Location;
import io.kaon.storage.ModelStore;
import io.kaon.storage.StoredVersion;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// `add`: makes files the next version of a model, in the way that a server takes them up: they are copied
/// aside, loaded and run once, compared with the newest version, and get their number by one rename.
public final class AddCommand {
    private static final String OTHER_SIGNATURE = "--new-signature";

    private AddCommand() {}

    public static Command command() {
        return new PlainCommand(
                "Makes files the next version of a model, after they were loaded and run once.",
                List.of(
                        PlainCommand.Argument.needed("MODEL", "The model's name; a new one makes a new model."),
                        PlainCommand.Argument.needed("FILES", CheckCommand.LOCATION)),
                List.of(
                        ModelDirectory.option(),
                        PlainCommand.flag(
                                OTHER_SIGNATURE,
                                "Adds it although its inputs or outputs are not those of the newest.")),
                (given, out, err) -> {
                    try (CommandModels models = CommandModels.open()) {
                        ModelDirectory directory =
                                ModelDirectory.of(given.arguments().getFirst(), given, models);
                        return new Addition(models, directory, given.has(OTHER_SIGNATURE), out, err)
                                .run(given.arguments().getLast());
                    }
                });
    }

    private record Addition(
            CommandModels models, ModelDirectory directory, boolean mayDiffer, PrintWriter out, PrintWriter err) {
        int run(String text) {
            Location asked = ModelSource.location(text);
            ModelStore store = StoreChoice.of(models.stores(), asked);
            Location from = VersionFiles.version(store, asked, models.files());
            StoredVersion wanted = new StoredVersion(from, store.describe(from));
            Path aside = directory.makeAside();
            try {
                var _ = new CommandFetch(err).run(store, wanted, aside, () -> remove(aside));
                String compared = check(aside, from);
                long number = directory.publish(aside);
                out.println(directory.name() + ": version " + number + " is added, "
                        + ByteSize.text(wanted.files().bytes()) + " from " + from + "; " + compared
                        + "; a server of this folder serves it in some seconds");
                return 0;
            } catch (IOException failure) {
                throw new ServingException(
                        ErrorKind.STORAGE_FAILED,
                        directory.base() + " cannot be written: " + StoreChoice.reason(failure),
                        failure);
            } finally {
                // Nothing is left of it once it has its number.
                remove(aside);
            }
        }

        /// @return what to say of the version before
        /// @throws ServingException when it is not sound, or differs and may not
        private String check(Path aside, Location from) {
            VersionProbe probe;
            try (VersionFiles files = VersionFiles.at(aside, from)) {
                probe = VersionProbe.of(files, directory.name(), models, err).requireSound();
            } catch (ServingException failure) {
                throw failure.about(from.toString(), aside.toString());
            }
            Map.Entry<Long, Path> newest = directory.versions().lastEntry();
            return newest == null
                    ? "it is the model's first (" + probe.engine() + ")"
                    : compare(
                            probe,
                            newest.getKey(),
                            Location.parse(newest.getValue().toString()));
        }

        private String compare(VersionProbe probe, long newest, Location place) {
            VersionProbe before;
            try (VersionFiles files = VersionFiles.open(models.stores().of(place), place, models.engines(), err)) {
                before = VersionProbe.of(files, directory.name(), models, err);
            } catch (ServingException broken) {
                return "version " + newest + " cannot be loaded, so they were not compared: " + broken.getMessage();
            }
            List<String> differences = SignatureDifference.between(before.signatures(), probe.signatures());
            if (differences.isEmpty()) {
                return "it has the inputs and outputs of version " + newest;
            }
            String difference =
                    "its inputs or outputs are not those of version " + newest + ": " + String.join("; ", differences);
            if (!mayDiffer) {
                throw new ServingException(
                        ErrorKind.UNSUPPORTED,
                        difference + "; clients of " + directory.name() + " may fail on it: " + OTHER_SIGNATURE
                                + " adds it all the same");
            }
            return difference;
        }

        private static void remove(Path aside) {
            try {
                LocalTree.delete(aside);
            } catch (IOException failure) {
                throw new UncheckedIOException(aside + " could not be removed", failure);
            }
        }
    }
}
