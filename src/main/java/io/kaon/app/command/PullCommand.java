package io.kaon.app.command;

import io.kaon.app.config.ModelSource;
import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.storage.ByteSize;
import io.kaon.storage.Location;
import io.kaon.storage.ModelStore;
import io.kaon.storage.ModelStores;
import io.kaon.storage.ProgressReading;
import io.kaon.storage.StoredVersion;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;

/// `pull`: copies everything below a location to a directory of this machine.
public final class PullCommand {
    private PullCommand() {}

    public static Command command() {
        return new PlainCommand(
                "Copies everything below a location to a directory, which appears when all is there.",
                List.of(
                        PlainCommand.Argument.needed("LOCATION", "A path, or a location with a scheme."),
                        PlainCommand.Argument.needed("DIR", "A directory that does not exist yet, or is empty.")),
                (given, out, err) -> {
                    try (ModelStores stores = StoreChoice.stores()) {
                        return run(
                                stores,
                                given.arguments().getFirst(),
                                given.arguments().getLast(),
                                out,
                                err);
                    }
                });
    }

    /// @return the exit status
    /// @throws ServingException for people to read
    static int run(ModelStores stores, String from, String to, PrintWriter out, PrintWriter err) {
        Location location = ModelSource.location(from);
        ModelStore store = StoreChoice.of(stores, location);
        Path directory = Path.of(to).toAbsolutePath().normalize();
        try (PullTarget target = PullTarget.open(directory)) {
            StoredVersion wanted = new StoredVersion(location, store.describe(location));
            if (target.holds(wanted)) {
                out.println(directory + " has all of it already: " + amount(wanted));
                return 0;
            }
            ProgressReading reading = copy(store, wanted, directory, target, err);
            target.finish();
            out.println(wanted.files().filesText() + ", " + reading.summary());
            return 0;
        } catch (IOException failure) {
            throw unwritable(directory, failure, "");
        }
    }

    private static ProgressReading copy(
            ModelStore store, StoredVersion wanted, Path directory, PullTarget target, PrintWriter err) {
        try {
            Path partial = target.partial(wanted);
            err.println("pulling " + amount(wanted) + " from " + wanted.location());
            return new CommandFetch(err).run(store, wanted, partial, () -> err.println("stopped: " + target.left()));
        } catch (ServingException failure) {
            throw new ServingException(failure.kind(), failure.getMessage() + "; " + target.left(), failure);
        } catch (IOException failure) {
            throw unwritable(directory, failure, "; " + target.left());
        }
    }

    private static String amount(StoredVersion wanted) {
        return wanted.files().filesText() + ", " + ByteSize.text(wanted.files().bytes());
    }

    private static ServingException unwritable(Path directory, IOException failure, String left) {
        return new ServingException(
                ErrorKind.STORAGE_FAILED,
                directory + " cannot be written: " + StoreChoice.reason(failure) + left,
                failure);
    }
}
