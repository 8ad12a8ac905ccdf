package io.kaon.protocol.tfs;

import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.protocol.tfs.proto.SSLConfig;

/// TensorFlow Serving's configuration of encryption, for gRPC only.
///
/// @param key the server's private key, PKCS#8 as PEM text
/// @param certificate the server's certificates, leaf first, as PEM text
/// @param authority what clients' certificates are checked against, as PEM text; empty if there is none
/// @param clientsMustShowOne whether a client without a certificate is refused
public record TfsSslConfig(String key, String certificate, String authority, boolean clientsMustShowOne) {
    /// Reads the text form of `SSLConfig`.
    ///
    /// @throws ServingException INVALID_REQUEST
    public static TfsSslConfig read(String text) {
        SSLConfig.Builder config = ProtoText.read(text, SSLConfig.newBuilder());
        if (config.getServerKey().isEmpty() || config.getServerCert().isEmpty()) {
            throw invalid("expected server_key and server_cert, each as PEM text");
        }
        if (config.getClientVerify() && config.getCustomCa().isEmpty()) {
            throw invalid(
                    "client_verify needs custom_ca, the authority that clients' certificates are checked against");
        }
        return new TfsSslConfig(
                config.getServerKey(), config.getServerCert(), config.getCustomCa(), config.getClientVerify());
    }

    private static ServingException invalid(String message) {
        return new ServingException(ErrorKind.INVALID_REQUEST, message);
    }
}
