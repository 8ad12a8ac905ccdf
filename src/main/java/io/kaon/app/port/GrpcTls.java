package io.kaon.app.port;

import io.grpc.netty.GrpcSslContexts;
import io.kaon.app.config.GrpcConfig;
import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.protocol.tfs.TfsConfigFile;
import io.kaon.protocol.tfs.TfsSslConfig;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.quarkus.tls.TlsConfiguration;
import io.quarkus.tls.TlsConfigurationRegistry;
import io.vertx.core.Vertx;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSessionContext;
import org.jboss.logging.Logger;

/// The encryption of the gRPC port. Its certificates may be replaced while the server runs: connections that exist keep
/// theirs, those that are made from then on get the new ones.
///
/// Safe for use by all threads.
public final class GrpcTls extends SslContext {
    private static final Logger LOG = Logger.getLogger(GrpcTls.class);

    private final ClientAuth clients;
    private final Optional<String> name;
    private volatile SslContext current;

    private GrpcTls(ClientAuth clients, Optional<String> name, SslContext first) {
        this.clients = clients;
        this.name = name;
        this.current = first;
    }

    /// What the configuration asks for; nothing for plain text.
    ///
    /// @throws ServingException INVALID_REQUEST, saying what is wrong
    public static Optional<GrpcTls> of(GrpcConfig config, TlsConfigurationRegistry registry, Vertx vertx) {
        if (config.sslConfig().isPresent() && config.tls().isPresent()) {
            throw invalid("kaon.grpc.ssl-config and kaon.grpc.tls: expected one of the two");
        }
        if (config.sslConfig().isPresent()) {
            return Optional.of(ofFile(Path.of(config.sslConfig().get())));
        }
        return config.tls().map(name -> {
            TlsConfiguration tls = registry.get(name)
                    .orElseThrow(() -> invalid("kaon.grpc.tls=" + name + ": there is no quarkus.tls." + name + ".*"));
            ClientAuth clients = netty(config.clientAuth());
            return new GrpcTls(clients, Optional.of(name), context(tls, clients, vertx));
        });
    }

    private static GrpcTls ofFile(Path path) {
        TfsConfigFile file = new TfsConfigFile("SSL config file", path);
        return file.read(text -> {
            TfsSslConfig config = TfsSslConfig.read(text);
            ClientAuth clients = config.clientsMustShowOne() ? ClientAuth.REQUIRE : ClientAuth.NONE;
            try {
                SslContextBuilder builder = SslContextBuilder.forServer(pem(config.certificate()), pem(config.key()));
                if (!config.authority().isEmpty()) {
                    builder.trustManager(pem(config.authority()));
                }
                SslContext context = build(builder, clients);
                checkKey(config);
                return new GrpcTls(clients, Optional.empty(), context);
            } catch (IllegalArgumentException malformed) {
                throw invalid(malformed.getMessage() + ": expected PEM text, the key as PKCS#8");
            }
        });
    }

    private static void checkKey(TfsSslConfig config) {
        try {
            CertificateKeys.check(
                    toPrivateKey(pem(config.key()), null),
                    toX509Certificates(pem(config.certificate()))[0].getPublicKey(),
                    "server_key and server_cert");
        } catch (GeneralSecurityException | IOException unreadable) {
            throw new IllegalArgumentException(unreadable.getMessage(), unreadable);
        }
    }

    private static InputStream pem(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII));
    }

    /// Takes over certificates that have changed, if they are this port's.
    void replace(String changed, TlsConfiguration tls, Vertx vertx) {
        if (name.isPresent() && name.get().equals(changed)) {
            try {
                current = context(tls, clients, vertx);
            } catch (ServingException unusable) {
                LOG.errorf("%s; new connections get the certificate from before", unusable.getMessage());
            }
        }
    }

    private static SslContext context(TlsConfiguration tls, ClientAuth clients, Vertx vertx) {
        KeyManagerFactory keys = CertificateKeys.of(tls, vertx);
        if (keys == null) {
            throw invalid("quarkus.tls." + tls.getName() + ": a server needs a key-store");
        }
        if (tls.getTrustStoreOptions() == null && clients != ClientAuth.NONE) {
            throw invalid("quarkus.tls." + tls.getName() + ": to check clients' certificates a trust-store is needed");
        }
        try {
            SslContextBuilder builder = SslContextBuilder.forServer(keys);
            if (tls.getTrustStoreOptions() != null) {
                builder.trustManager(tls.getTrustStoreOptions().getTrustManagerFactory(vertx));
            }
            return build(builder, clients);
        } catch (ServingException refusal) {
            throw refusal;
        } catch (Exception unusable) {
            throw new ServingException(
                    ErrorKind.INVALID_REQUEST, "quarkus.tls." + tls.getName() + ": " + unusable, unusable);
        }
    }

    private static SslContext build(SslContextBuilder builder, ClientAuth clients) {
        try {
            return GrpcSslContexts.configure(builder.clientAuth(clients), SslProvider.JDK)
                    .build();
        } catch (SSLException unusable) {
            throw new ServingException(ErrorKind.INVALID_REQUEST, unusable.toString(), unusable);
        }
    }

    private static ClientAuth netty(io.vertx.core.http.ClientAuth clients) {
        return switch (clients) {
            case NONE -> ClientAuth.NONE;
            case REQUEST -> ClientAuth.OPTIONAL;
            case REQUIRED -> ClientAuth.REQUIRE;
        };
    }

    private static ServingException invalid(String message) {
        return new ServingException(ErrorKind.INVALID_REQUEST, message);
    }

    @Override
    public boolean isClient() {
        return false;
    }

    @Override
    public List<String> cipherSuites() {
        return current.cipherSuites();
    }

    /// Deprecated for callers; a context cannot be made without it.
    @Override
    @SuppressWarnings("deprecation")
    public io.netty.handler.ssl.ApplicationProtocolNegotiator applicationProtocolNegotiator() {
        return current.applicationProtocolNegotiator();
    }

    @Override
    public SSLEngine newEngine(ByteBufAllocator buffers) {
        return current.newEngine(buffers);
    }

    @Override
    public SSLEngine newEngine(ByteBufAllocator buffers, String host, int port) {
        return current.newEngine(buffers, host, port);
    }

    @Override
    public SSLSessionContext sessionContext() {
        return current.sessionContext();
    }
}
