package io.kaon.app.port;

import io.kaon.app.config.RestConfig;
import io.kaon.app.config.ServerConfig;
import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.quarkus.tls.TlsConfiguration;
import io.quarkus.tls.TlsConfigurationRegistry;
import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import org.eclipse.microprofile.config.ConfigProvider;

/// What the framework fixes at build time about the encrypted REST port, made configurable at start.
@Singleton
public final class RestTls implements HttpServerOptionsCustomizer {
    /// The options that name TLS configurations; without one, the configuration that has no name holds.
    private static final List<String> NAMES =
            List.of("quarkus.http.tls-configuration-name", "quarkus.management.tls-configuration-name");

    private final RestConfig config;

    RestTls(ServerConfig config) {
        this.config = config.rest();
    }

    @Override
    public void customizeHttpsServer(HttpServerOptions options) {
        options.setClientAuth(config.clientAuth());
    }

    /// Looks at the certificates of the ports that the framework opens, before it does.
    ///
    /// @throws ServingException INVALID_REQUEST, saying what is wrong
    public static void check(TlsConfigurationRegistry registry, Vertx vertx) {
        for (String option : NAMES) {
            String name = ConfigProvider.getConfig()
                    .getOptionalValue(option, String.class)
                    .orElse("");
            Optional<TlsConfiguration> tls = name.isEmpty() ? registry.getDefault() : registry.get(name);
            if (tls.isPresent()) {
                KeyManagerFactory _ = CertificateKeys.of(tls.get(), vertx);
            } else if (!name.isEmpty()) {
                throw new ServingException(
                        ErrorKind.INVALID_REQUEST, option + "=" + name + ": there is no quarkus.tls." + name + ".*");
            }
        }
    }
}
