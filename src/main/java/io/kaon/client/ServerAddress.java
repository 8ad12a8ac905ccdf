package io.kaon.client;

import java.net.URI;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Where a server is asked.
///
/// @param encrypted whether by TLS
/// @param host as it stands in a URL, IPv6 addresses in brackets
/// @param path before all of the server's own paths; empty or begins with a slash and ends without one
public record ServerAddress(boolean encrypted, String host, int port, String path) {
    private static final Map<String, Boolean> REST = Map.of("http", false, "https", true);
    private static final Map<String, Boolean> GRPC = Map.of("grpc", false, "grpcs", true);
    private static final int LARGEST_PORT = 65_535;

    /// `http://host:port`, `https://host:port` or `host:port`, perhaps with a path that a proxy adds.
    ///
    /// @throws IllegalArgumentException when it is none
    public static ServerAddress rest(String text) {
        return parse(text, "http", REST, "http://host:port or https://host:port");
    }

    /// `host:port`, `grpc://host:port`, or `grpcs://host:port` for TLS.
    ///
    /// @throws IllegalArgumentException when it is none
    public static ServerAddress grpc(String text) {
        ServerAddress address = parse(text, "grpc", GRPC, "host:port, grpc://host:port or grpcs://host:port (TLS)");
        if (!address.path.isEmpty()) {
            throw new IllegalArgumentException("\"" + text + "\": gRPC knows no path: expected host:port");
        }
        return address;
    }

    private static ServerAddress parse(String text, String standard, Map<String, Boolean> schemes, String expected) {
        URI uri = uri(text.contains("://") ? text : standard + "://" + text);
        Boolean encrypted = (uri == null || uri.getScheme() == null)
                ? null
                : schemes.get(uri.getScheme().toLowerCase(Locale.ROOT));
        if (uri == null || encrypted == null || uri.getHost() == null || uri.getPort() > LARGEST_PORT) {
            throw new IllegalArgumentException("expected " + expected + ", got \"" + withoutUser(text) + "\"");
        }
        if (uri.getRawUserInfo() != null || uri.getRawQuery() != null || uri.getRawFragment() != null) {
            throw new IllegalArgumentException(
                    "\"" + withoutUser(text) + "\": expected " + expected + ", without a user, `?` or `#`");
        }
        int port = uri.getPort();
        if (port < 0 && schemes.equals(GRPC)) {
            throw new IllegalArgumentException("\"" + text + "\" names no port: expected " + expected);
        }
        String path = uri.getRawPath() == null ? "" : uri.getRawPath().replaceAll("/+$", "");
        return new ServerAddress(encrypted, uri.getHost(), port < 0 ? (encrypted ? 443 : 80) : port, path);
    }

    private static @Nullable URI uri(String text) {
        try {
            return URI.create(text);
        } catch (IllegalArgumentException _) {
            return null;
        }
    }

    /// A password must not come back in a message.
    private static String withoutUser(String text) {
        return Printable.line(text.replaceAll("[^/@]*@", "…@"));
    }

    /// The host without brackets, as sockets take it.
    public String plainHost() {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    /// The same server on another port, without TLS and without a path.
    public ServerAddress withPort(int other) {
        return new ServerAddress(false, host, other, "");
    }

    /// As a URL of HTTP.
    public String url() {
        return (encrypted ? "https://" : "http://") + host + ":" + port + path;
    }

    /// As an address of gRPC.
    public String target() {
        return (encrypted ? "grpcs://" : "grpc://") + host + ":" + port;
    }
}
