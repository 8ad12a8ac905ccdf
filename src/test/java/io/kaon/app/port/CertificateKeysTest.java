package io.kaon.app.port;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kaon.model.ServingException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CertificateKeysTest {
    @ParameterizedTest
    @ValueSource(strings = {"RSA", "EC", "Ed25519"})
    void refusesAKeyOfAnotherCertificate(String algorithm) throws NoSuchAlgorithmException {
        KeyPair ours = pair(algorithm);
        assertThatCode(() -> CertificateKeys.check(ours.getPrivate(), ours.getPublic(), "f"))
                .doesNotThrowAnyException();
        for (String other : new String[] {"RSA", "EC", "Ed25519"}) {
            KeyPair theirs = pair(other);
            assertThatThrownBy(() -> CertificateKeys.check(ours.getPrivate(), theirs.getPublic(), "a.key, b.crt"))
                    .isInstanceOf(ServingException.class)
                    .hasMessageContaining("a.key, b.crt: the private key")
                    .hasMessageContaining("does not belong to the certificate");
        }
    }

    private static KeyPair pair(String algorithm) throws NoSuchAlgorithmException {
        return KeyPairGenerator.getInstance(algorithm).generateKeyPair();
    }
}
