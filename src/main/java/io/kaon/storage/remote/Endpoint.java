package io.kaon.storage.remote;

import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/// The address of a server, as an option names it.
public final class Endpoint {
    private static final String EXPECTED = ": expected http://HOST:PORT or https://HOST:PORT, got ";

    private Endpoint() {}

    /// @param option the name of the option
    /// @param insteadOfPassword what to do instead of writing a password into the address
    /// @throws ServingException INVALID_REQUEST, naming the option
    public static URI parse(String option, String text, String insteadOfPassword) {
        URI uri;
        try {
            uri = new URI(text);
        } catch (URISyntaxException malformed) {
            throw refused(option, "what is no address: " + malformed.getReason());
        }
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if (!(scheme.equals("http") || scheme.equals("https")) || uri.getHost() == null) {
            throw refused(option, "\"" + text + "\"");
        }
        if (uri.getUserInfo() != null) {
            throw refused(option, "an address with a password; " + insteadOfPassword);
        }
        return uri;
    }

    private static ServingException refused(String option, String got) {
        return new ServingException(ErrorKind.INVALID_REQUEST, option + EXPECTED + got);
    }
}
