package io.kaon.storage.s3;

import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.storage.remote.Endpoint;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Which server is asked, and by what right.
///
/// @param region null for what the environment or the profile says
/// @param endpoint null for Amazon's
public record S3Account(
        @Nullable String region,
        @Nullable URI endpoint,
        boolean pathStyle,
        S3Credentials credentials,
        boolean requesterPays) {

    /// Of all models of which nothing is said.
    ///
    /// @param environment variables, which name a server for all clients of S3
    /// @throws ServingException INVALID_REQUEST, naming the option
    static S3Account of(S3Access access, Map<String, String> environment) {
        return declared("kaon.s3", access, null, environment);
    }

    /// Of one model. What its options leave out is as for all others; its credentials are taken whole.
    ///
    /// @throws ServingException INVALID_REQUEST, naming the option
    static S3Account of(String model, S3Access own, S3Access all, Map<String, String> environment) {
        return declared("kaon.s3.models." + model, own, all, environment);
    }

    private static S3Account declared(
            String prefix, S3Access own, @Nullable S3Access all, Map<String, String> environment) {
        Optional<String> endpoint = own.endpoint();
        Optional<String> region = own.region();
        Optional<Boolean> pathStyle = own.pathStyle();
        boolean requesterPays = own.requesterPays();
        S3Credentials credentials = credentials(prefix, own);
        if (all != null) {
            endpoint = endpoint.or(all::endpoint);
            region = region.or(all::region);
            pathStyle = pathStyle.or(all::pathStyle);
            requesterPays |= all.requesterPays();
            credentials = credentials == null ? credentials("kaon.s3", all) : credentials;
        }
        endpoint = endpoint.or(() -> Optional.ofNullable(environment.get("AWS_ENDPOINT_URL_S3")))
                .or(() -> Optional.ofNullable(environment.get("AWS_ENDPOINT_URL")));
        URI server = endpoint.map(text -> endpoint(prefix, text)).orElse(null);
        return new S3Account(
                region.orElse(null),
                server,
                pathStyle.orElse(server != null),
                credentials == null ? new S3Credentials.Found() : credentials,
                requesterPays);
    }

    private static URI endpoint(String prefix, String text) {
        return Endpoint.parse(prefix + ".endpoint", text, "set access-key-id and secret-access-key instead");
    }

    /// Null if the options name none.
    private static @Nullable S3Credentials credentials(String prefix, S3Access own) {
        boolean keys = Stream.of(own.accessKeyId(), own.secretAccessKey(), own.sessionToken())
                .anyMatch(Optional::isPresent);
        boolean profile = own.profile().isPresent() || own.credentialsFile().isPresent();
        if (Stream.of(keys, profile, own.anonymous()).filter(isSet -> isSet).count() > 1) {
            throw refused(prefix + ": expected one kind of credentials, got more: keys, a profile or credentials-file,"
                    + " and anonymous exclude each other");
        }
        if (own.anonymous()) {
            return new S3Credentials.Anonymous();
        }
        if (profile) {
            return new S3Credentials.Profile(
                    own.credentialsFile().map(Path::of).orElse(null),
                    own.profile().orElse(null));
        }
        if (!keys) {
            return null;
        }
        if (own.accessKeyId().isEmpty() || own.secretAccessKey().isEmpty()) {
            throw refused(prefix + ": expected access-key-id and secret-access-key together, got only one of them");
        }
        return new S3Credentials.Keys(
                own.accessKeyId().get(),
                own.secretAccessKey().get(),
                own.sessionToken().orElse(null));
    }

    private static ServingException refused(String message) {
        return new ServingException(ErrorKind.INVALID_REQUEST, message);
    }
}
