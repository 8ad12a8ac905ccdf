package io.kaon.app.command;

import io.kaon.app.config.CommandConfig;
import io.kaon.app.wiring.StoreWiring;
import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.storage.Location;
import io.kaon.storage.ModelStore;
import io.kaon.storage.ModelStores;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/// What commands ask of stores, with failures as they are told on a command line.
public final class StoreChoice {
    private StoreChoice() {}

    /// Those that the options describe, made anew; the caller closes them.
    ///
    /// @throws IllegalArgumentException when an option is wrong or unknown
    public static ModelStores stores() {
        return StoreWiring.stores(CommandConfig.options());
    }

    /// The store that reads a location.
    ///
    /// @throws ServingException INVALID_REQUEST, naming the schemes there are: the location is what was written
    public static ModelStore of(ModelStores stores, Location location) {
        try {
            return stores.of(location);
        } catch (ServingException unknown) {
            throw new ServingException(ErrorKind.INVALID_REQUEST, unknown.getMessage(), unknown);
        }
    }

    /// Why something could not be written, as the system says it.
    public static String reason(IOException failure) {
        return switch (failure) {
            case AccessDeniedException denied ->
                denied.getFile() + ": permission denied for the user " + System.getProperty("user.name");
            case NoSuchFileException missing -> missing.getFile() + " does not exist";
            case FileSystemException named
            when named.getFile() != null && named.getReason() != null -> named.getFile() + ": " + named.getReason();
            case FileSystemException named -> named.toString();
            default -> String.valueOf(failure.getMessage());
        };
    }
}
