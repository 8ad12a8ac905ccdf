package io.kaon.app.port;

import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.quarkus.tls.TlsConfiguration;
import io.vertx.core.Vertx;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.X509KeyManager;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jspecify.annotations.Nullable;

/// Finds private keys that do not belong to the certificate that is configured with them: with such a key a port opens,
/// and every handshake fails.
final class CertificateKeys {
    private static final List<String> ALGORITHMS = List.of("RSA", "EC", "EdDSA");

    /// Last parts of the options that name files; others hold passwords.
    private static final Set<String> FILES = Set.of("cert", "key", "path");

    private static final String DEFAULT = "<default>";

    private CertificateKeys() {}

    /// The keys of a TLS configuration.
    ///
    /// @return null where the configuration has none
    /// @throws ServingException INVALID_REQUEST, naming the files, when one cannot be used or belongs to another
    ///     certificate
    static @Nullable KeyManagerFactory of(TlsConfiguration tls, Vertx vertx) {
        if (tls.getKeyStoreOptions() == null) {
            return null;
        }
        KeyManagerFactory factory;
        try {
            factory = tls.getKeyStoreOptions().getKeyManagerFactory(vertx);
        } catch (Exception unusable) {
            throw new ServingException(
                    ErrorKind.INVALID_REQUEST, files(tls) + " cannot be used: " + unusable.getMessage(), unusable);
        }
        for (KeyManager manager : factory.getKeyManagers()) {
            if (manager instanceof X509KeyManager keys) {
                for (String algorithm : ALGORITHMS) {
                    String[] aliases = keys.getServerAliases(algorithm, null);
                    for (String alias : aliases == null ? new String[0] : aliases) {
                        PublicKey certified = keys.getCertificateChain(alias)[0].getPublicKey();
                        check(keys.getPrivateKey(alias), certified, files(tls));
                    }
                }
            }
        }
        return factory;
    }

    /// @param files what to name in the refusal
    /// @throws ServingException INVALID_REQUEST when the key is not the certified one's
    static void check(PrivateKey key, PublicKey certified, String files) {
        if (!belong(key, certified)) {
            throw new ServingException(
                    ErrorKind.INVALID_REQUEST,
                    files + ": the private key (" + key.getAlgorithm() + ") does not belong to the certificate ("
                            + certified.getAlgorithm() + "): expected the key that the certificate was made for");
        }
    }

    private static boolean belong(PrivateKey key, PublicKey certified) {
        String scheme = switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            case "EdDSA", "Ed25519", "Ed448" -> "EdDSA";
            case String _ -> "";
        };
        if (scheme.isEmpty()) {
            return true;
        }
        try {
            byte[] text = {1, 2, 3};
            Signature signer = Signature.getInstance(scheme);
            signer.initSign(key);
            signer.update(text);
            byte[] signed = signer.sign();
            Signature reader = Signature.getInstance(scheme);
            reader.initVerify(certified);
            reader.update(text);
            return reader.verify(signed);
        } catch (GeneralSecurityException _) {
            // Keys of different algorithms or sizes.
            return false;
        }
    }

    /// The options that name the files of a configuration, with their values.
    private static String files(TlsConfiguration tls) {
        Config config = ConfigProvider.getConfig();
        String prefix = "quarkus.tls." + (tls.getName().equals(DEFAULT) ? "" : tls.getName() + ".") + "key-store.";
        String named = StreamSupport.stream(config.getPropertyNames().spliterator(), false)
                .filter(name -> name.startsWith(prefix) && FILES.contains(name.substring(name.lastIndexOf('.') + 1)))
                .sorted()
                .map(name ->
                        name + "=" + config.getOptionalValue(name, String.class).orElse(""))
                .collect(Collectors.joining(", "));
        return named.isEmpty() ? prefix + "*" : named;
    }
}
