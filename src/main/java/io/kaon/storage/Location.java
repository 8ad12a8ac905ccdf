package io.kaon.storage;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Where something is kept: a scheme and a path below it, for example `file:/models/mnist` or `s3://bucket/models`.
/// Unlike [java.net.URI] it knows neither query nor fragment nor escapes: every character of a path stands for itself,
/// `%`, `?` and `#` too. Refused are control characters and the segments that some stores would resolve and others
/// would not: empty ones, `.` and `..`.
///
/// @param scheme lower case
/// @param path for `file` the absolute path; for others what follows `scheme://`; without a trailing slash
public record Location(String scheme, String path) {
    public static final String FILE = "file";

    public Location {
        if (!scheme.matches("[a-z][a-z0-9+.-]*")) {
            throw new IllegalArgumentException("\"" + scheme + "\" is no scheme");
        }
        if (hasControlCharacter(path)) {
            throw new IllegalArgumentException("a location has no control characters");
        }
        boolean file = scheme.equals(FILE);
        if (file && !path.startsWith("/")) {
            throw new IllegalArgumentException("\"" + path + "\" is not an absolute path");
        }
        if (!file && (path.isEmpty() || path.startsWith("/"))) {
            throw new IllegalArgumentException("\"" + scheme + "://" + path + "\" names no host or bucket");
        }
        if (!path.equals("/")) {
            for (String segment : (file ? path.substring(1) : path).split("/", -1)) {
                if (segment.isEmpty() || segment.equals(".") || segment.equals("..")) {
                    throw new IllegalArgumentException("\"" + path + "\" has "
                            + (segment.isEmpty() ? "an empty segment" : "the segment \"" + segment + "\""));
                }
            }
        }
    }

    /// Whether the text begins with a scheme; otherwise it is a path.
    public static boolean hasScheme(String text) {
        return text.matches("[a-zA-Z][a-zA-Z0-9+.-]*:.*");
    }

    /// Reads `scheme://rest`, `file:/path` or an absolute path. A trailing slash is dropped, and the case of the scheme
    /// does not matter.
    ///
    /// @throws IllegalArgumentException saying what is wrong
    public static Location parse(String text) {
        if (text.startsWith("/")) {
            return new Location(FILE, withoutTrailingSlash(text));
        }
        int colon = text.indexOf(':');
        if (colon < 1) {
            throw new IllegalArgumentException("\"" + text + "\" is neither an absolute path nor scheme://something");
        }
        String scheme = text.substring(0, colon).toLowerCase(Locale.ROOT);
        String rest = text.substring(colon + 1);
        if (rest.startsWith("//")) {
            return new Location(scheme, withoutTrailingSlash(rest.substring(2)));
        }
        if (!scheme.equals(FILE)) {
            throw new IllegalArgumentException("\"" + text + "\" has no // after \"" + scheme + ":\"");
        }
        return new Location(scheme, withoutTrailingSlash(rest));
    }

    private static String withoutTrailingSlash(String path) {
        return path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    /// The directory or file of this name below.
    ///
    /// @param name one segment: `base.child(name).name()` is `name`
    /// @throws IllegalArgumentException if it is not [#isName]
    public Location child(String name) {
        if (!isName(name)) {
            throw new IllegalArgumentException("\"" + name + "\" is not the name of one file or directory");
        }
        return new Location(scheme, path.equals("/") ? "/" + name : path + "/" + name);
    }

    /// Whether this may be one segment of a path. File systems hold names that are not, such as those with a line
    /// break; stores leave them out.
    public static boolean isName(String name) {
        return !name.isEmpty()
                && !name.equals(".")
                && !name.equals("..")
                && name.indexOf('/') < 0
                && !hasControlCharacter(name);
    }

    private static boolean hasControlCharacter(String text) {
        return text.chars().anyMatch(Character::isISOControl);
    }

    /// The last segment; empty for the root of the file system.
    public String name() {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /// Written out, like [#hashCode]: what a record has by itself is put together at the first call, and that takes
    /// several milliseconds of a start.
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Location that && scheme.equals(that.scheme) && path.equals(that.path);
    }

    @Override
    public int hashCode() {
        return 31 * scheme.hashCode() + path.hashCode();
    }

    /// A form that [#parse] reads: a plain path for files, `scheme://…` otherwise.
    @Override
    public String toString() {
        return scheme.equals(FILE) ? path : scheme + "://" + path;
    }
}
