package io.kaon.app.config;

import io.kaon.config.OptionRanges;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;
import io.vertx.core.http.ClientAuth;
import java.util.Optional;

/// `kaon.grpc.*`: the gRPC port.
public interface GrpcConfig {
    /// Where it listens; 0 turns it off.
    @WithDefault("8500")
    @WithConverter(OptionRanges.Port.class)
    int port();

    /// The address it listens on.
    @WithDefault("0.0.0.0")
    String host();

    /// A file with the text form of TensorFlow Serving's `SSLConfig`: key, certificate and authority as PEM text.
    Optional<String> sslConfig();

    /// Name of the `quarkus.tls` configuration to use; without it and without a file, plain text.
    Optional<String> tls();

    /// Whether clients must, or may, show a certificate.
    @WithDefault("none")
    ClientAuth clientAuth();

    /// Whether answers carry `tensor_content` instead of the typed lists.
    @WithDefault("false")
    boolean tensorContent();
}
