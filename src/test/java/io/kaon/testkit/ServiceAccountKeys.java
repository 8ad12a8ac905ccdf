package io.kaon.testkit;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.util.Base64;

/// Keys of Google service accounts, as the console hands them out, made anew.
public final class ServiceAccountKeys {
    private ServiceAccountKeys() {}

    /// @param server that gives tokens for the key
    /// @return the file
    public static Path write(Path file, URI server) throws IOException {
        JsonObject key = new JsonObject()
                .put("type", "service_account")
                .put("project_id", "tests")
                .put("private_key_id", "1")
                .put("private_key", pem())
                .put("client_email", "kaon@tests.example")
                .put("client_id", "1")
                .put("token_uri", server + "/token");
        return Files.writeString(file, key.encode());
    }

    private static String pem() {
        try {
            PrivateKey key =
                    KeyPairGenerator.getInstance("RSA").generateKeyPair().getPrivate();
            String text = Base64.getMimeEncoder(64, "\n".getBytes(US_ASCII)).encodeToString(key.getEncoded());
            return "-----BEGIN PRIVATE KEY-----\n" + text + "\n-----END PRIVATE KEY-----\n";
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
