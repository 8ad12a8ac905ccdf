package io.kaon.storage.gcs;

import io.kaon.model.ServingException;
import java.util.Map;
import java.util.TreeMap;

/// What the options say about Google Cloud Storage, read and checked at the start of every server, with nothing of
/// Google's client.
///
/// @param byModel of those models that have one of their own
/// @param connections that fetch at the same time
/// @param mostObjects of a version
public record GcsAccounts(GcsAccount usual, Map<String, GcsAccount> byModel, int connections, int mostObjects) {
    public GcsAccounts {
        byModel = Map.copyOf(byModel);
    }

    /// @param environment variables, for what the options leave out
    /// @throws ServingException INVALID_REQUEST, naming the option that is wrong
    public static GcsAccounts of(GcsConfig config, Map<String, String> environment) {
        Map<String, GcsAccount> byModel = new TreeMap<>();
        config.models().forEach((model, own) -> byModel.put(model, GcsAccount.of(model, own, config, environment)));
        return new GcsAccounts(GcsAccount.of(config, environment), byModel, config.connections(), config.mostObjects());
    }
}
