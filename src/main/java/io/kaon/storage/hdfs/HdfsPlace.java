package io.kaon.storage.hdfs;

import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.storage.Location;
import java.util.regex.Pattern;

/// A location, as HDFS understands it.
///
/// @param authority the namenode with its port, or a nameservice
/// @param path absolute
record HdfsPlace(String scheme, String authority, String path) {
    private static final Pattern AUTHORITY = Pattern.compile("(?:[A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+])(?::[0-9]{1,5})?");

    /// @throws ServingException STORAGE_FAILED if it names no server
    static HdfsPlace of(Location location) {
        String path = location.path();
        int slash = path.indexOf('/');
        String authority = slash < 0 ? path : path.substring(0, slash);
        if (!AUTHORITY.matcher(authority).matches()) {
            throw new ServingException(
                    ErrorKind.STORAGE_FAILED,
                    location + ": expected " + location.scheme() + "://HOST:PORT/PATH, got \"" + authority
                            + "\" for the host"
                            + (authority.contains("@") ? "; kaon.hdfs.user says who reads" : ""));
        }
        return new HdfsPlace(location.scheme(), authority, slash < 0 ? "/" : path.substring(slash));
    }

    /// The server alone.
    String server() {
        return scheme + "://" + authority;
    }
}
