package io.kaon.app;

import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.vertx.core.http.HttpServerOptions;
import jakarta.inject.Singleton;

/// What the framework fixes at build time about the encrypted REST port, made configurable at start.
@Singleton
final class RestTls implements HttpServerOptionsCustomizer {
    private final ServerConfig.Rest config;

    RestTls(ServerConfig config) {
        this.config = config.rest();
    }

    @Override
    public void customizeHttpsServer(HttpServerOptions options) {
        options.setClientAuth(config.clientAuth());
    }
}
