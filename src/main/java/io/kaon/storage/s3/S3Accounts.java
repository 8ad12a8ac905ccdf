package io.kaon.storage.s3;

import io.kaon.model.ServingException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What the options say about S3, read and checked at the start of every server, with nothing of Amazon's SDK.
///
/// @param byModel of those models that have one of their own
/// @param connections that fetch at the same time
/// @param mostObjects of a version
/// @param authorities certificates as PEM; null for the JDK's
public record S3Accounts(
        S3Account usual,
        Map<String, S3Account> byModel,
        int connections,
        int mostObjects,
        @Nullable Path authorities) {
    public S3Accounts {
        byModel = Map.copyOf(byModel);
    }

    /// @param environment variables, for what the options leave out
    /// @throws ServingException INVALID_REQUEST, naming the option that is wrong
    public static S3Accounts of(S3Config config, Map<String, String> environment) {
        Map<String, S3Account> byModel = new TreeMap<>();
        config.models().forEach((model, own) -> byModel.put(model, S3Account.of(model, own, config, environment)));
        return new S3Accounts(
                S3Account.of(config, environment),
                byModel,
                config.connections(),
                config.mostObjects(),
                config.caFile()
                        .or(() -> Optional.ofNullable(environment.get("AWS_CA_BUNDLE")))
                        .map(Path::of)
                        .orElse(null));
    }
}
