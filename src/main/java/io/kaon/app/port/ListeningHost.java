package io.kaon.app.port;

import java.util.Optional;
import java.util.Set;

/// By which name a server on this machine is reached.
public final class ListeningHost {
    /// Addresses at which a server listens on all of its interfaces.
    private static final Set<String> EVERYWHERE = Set.of("0.0.0.0", "::", "[::]");

    private ListeningHost() {}

    /// As it stands in a URL.
    ///
    /// @param told what an option such as `quarkus.http.host` says
    public static String of(Optional<String> told) {
        String host = told.filter(name -> !EVERYWHERE.contains(name)).orElse("localhost");
        return host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
    }
}
