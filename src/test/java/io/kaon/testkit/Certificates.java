package io.kaon.testkit;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Base64;
import java.util.List;

/// A private key with a certificate that it signed itself, made by the JDK's keytool. Good for `localhost` and
/// `127.0.0.1`, for a day.
public final class Certificates {
    public static final String PASSWORD = "changeit";
    private static final String ALIAS = "kaon";

    private final Path file;
    private final KeyStore store;

    private Certificates(Path file, KeyStore store) {
        this.file = file;
        this.store = store;
    }

    /// Makes one.
    ///
    /// @param file a PKCS#12 file that does not exist yet
    public static Certificates make(Path file, String commonName) throws IOException, GeneralSecurityException {
        Process keytool = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        ALIAS,
                        "-keyalg",
                        "EC",
                        "-groupname",
                        "secp256r1",
                        "-dname",
                        "CN=" + commonName,
                        "-ext",
                        "san=dns:localhost,ip:127.0.0.1",
                        "-validity",
                        "1",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        file.toString(),
                        "-storepass",
                        PASSWORD))
                .redirectErrorStream(true)
                .start();
        String output = new String(keytool.getInputStream().readAllBytes(), US_ASCII);
        if (!Files.exists(file)) {
            throw new IOException("keytool made no " + file + ": " + output);
        }
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, PASSWORD.toCharArray());
        }
        return new Certificates(file, store);
    }

    /// The PKCS#12 file with both.
    public Path file() {
        return file;
    }

    public KeyStore store() {
        return store;
    }

    public Certificate certificate() throws GeneralSecurityException {
        return store.getCertificate(ALIAS);
    }

    public String certificatePem() throws GeneralSecurityException {
        return pem("CERTIFICATE", certificate().getEncoded());
    }

    /// The private key, PKCS#8.
    public String keyPem() throws GeneralSecurityException {
        return pem("PRIVATE KEY", store.getKey(ALIAS, PASSWORD.toCharArray()).getEncoded());
    }

    /// Writes both as PEM files, `NAME.crt` and `NAME.key`; a file that exists is replaced.
    public void writePem(Path directory, String name) throws IOException, GeneralSecurityException {
        Files.writeString(directory.resolve(name + ".crt"), certificatePem());
        Files.writeString(directory.resolve(name + ".key"), keyPem());
    }

    private static String pem(String what, byte[] encoded) {
        return "-----BEGIN " + what + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded)
                + "\n-----END " + what + "-----\n";
    }
}
