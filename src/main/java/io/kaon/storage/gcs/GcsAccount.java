package io.kaon.storage.gcs;

import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.storage.remote.Endpoint;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Which server is asked, and by what right.
///
/// @param endpoint null for Google's
/// @param userProject that requests are charged to; null for the owner of the bucket
public record GcsAccount(
        @Nullable URI endpoint,
        GcsCredentials credentials,
        @Nullable String userProject) {

    /// What all of Google's own clients take for the address of an emulator, which wants no credentials.
    private static final String EMULATOR = "STORAGE_EMULATOR_HOST";

    /// Of all models of which nothing is said.
    ///
    /// @param environment variables, which may name an emulator
    /// @throws ServingException INVALID_REQUEST, naming the option
    static GcsAccount of(GcsAccess access, Map<String, String> environment) {
        return declared("kaon.gcs", access, null, environment);
    }

    /// Of one model. What its options leave out is as for all others.
    ///
    /// @throws ServingException INVALID_REQUEST, naming the option
    static GcsAccount of(String model, GcsAccess own, GcsAccess all, Map<String, String> environment) {
        return declared("kaon.gcs.models." + model, own, all, environment);
    }

    private static GcsAccount declared(
            String prefix, GcsAccess own, @Nullable GcsAccess all, Map<String, String> environment) {
        Optional<String> endpoint = own.endpoint();
        Optional<String> userProject = own.userProject();
        GcsCredentials credentials = credentials(prefix, own);
        if (all != null) {
            endpoint = endpoint.or(all::endpoint);
            userProject = userProject.or(all::userProject);
            credentials = credentials == null ? credentials("kaon.gcs", all) : credentials;
        }
        URI server = endpoint.map(text -> endpoint(prefix + ".endpoint", text)).orElse(null);
        String emulator = environment.getOrDefault(EMULATOR, "");
        if (server == null && !emulator.isEmpty()) {
            server = endpoint(EMULATOR, emulator.contains("://") ? emulator : "http://" + emulator);
            credentials = credentials == null ? new GcsCredentials.Anonymous() : credentials;
        }
        return new GcsAccount(
                server, credentials == null ? new GcsCredentials.Found() : credentials, userProject.orElse(null));
    }

    private static URI endpoint(String option, String text) {
        return Endpoint.parse(option, text, "set credentials-file instead");
    }

    /// Null if the options name none.
    private static @Nullable GcsCredentials credentials(String prefix, GcsAccess own) {
        if (own.anonymous() && own.credentialsFile().isPresent()) {
            throw new ServingException(
                    ErrorKind.INVALID_REQUEST,
                    prefix + ": expected one kind of credentials, got two: credentials-file and anonymous exclude each"
                            + " other");
        }
        if (own.anonymous()) {
            return new GcsCredentials.Anonymous();
        }
        return own.credentialsFile()
                .map(file -> new GcsCredentials.File(Path.of(file)))
                .orElse(null);
    }
}
