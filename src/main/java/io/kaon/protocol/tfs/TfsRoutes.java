package io.kaon.protocol.tfs;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.kaon.model.VersionSelector;
import io.kaon.model.VersionSelector.Exact;
import io.kaon.model.VersionSelector.Labelled;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Tells what a REST request asks for. TensorFlow Serving's two patterns, which are matched against the whole target,
/// undecoded and including any query:
///
/// ```
/// POST  /v1/models/{name}[/versions/{digits} | /labels/{label}]:(classify|regress|predict)
/// GET   /v1/models[/{name}][/versions/{digits} | /labels/{label}][/metadata]
/// ```
///
/// Names and labels hold neither `/` nor `:`, and are decoded only afterwards. Words match in any case. So a query
/// spoils a POST and belongs to the name on a GET, and `GET /v1/models/metadata` is the status of a model that is
/// called "metadata".
///
/// `GET /v1/models` alone lists the models; TensorFlow Serving, which has no list, finds that the name is missing.
public final class TfsRoutes {
    private static final String HTTP = "http://";
    private static final String HTTPS = "https://";
    private static final String API = "/v1/";
    private static final String MODELS = "/v1/models";

    private static final Pattern SLASHED =
            Pattern.compile("(/v1/models/[^/:\\s]+(?:/(?:versions|labels)/[^/:\\s]+)?)/(predict|classify|regress)$");

    private TfsRoutes() {}

    /// @param method as sent; methods are case-sensitive
    /// @param target the request target as sent: path, query if any, nothing decoded, with a character per byte
    public static TfsRoute of(String method, String target) {
        return ofPath(method, withoutAuthority(target));
    }

    /// Proxies may send the whole URL, and servers have to take it (RFC 9112, section 3.2.2).
    private static String withoutAuthority(String target) {
        int authority = startsWith(target, HTTP) ? HTTP.length() : startsWith(target, HTTPS) ? HTTPS.length() : -1;
        int path = authority < 0 ? -1 : target.indexOf('/', authority);
        return path < 0 ? target : target.substring(path);
    }

    private static TfsRoute ofPath(String method, String target) {
        if (!startsWith(target, API)) {
            return new TfsRoute.NotApi();
        }
        TfsRoute route = switch (method) {
            case "OPTIONS" -> new TfsRoute.Preflight();
            case "POST" -> inference(target);
            case "GET" -> about(target);
            default -> null;
        };
        return route == null ? new TfsRoute.Malformed("Malformed request: " + method + " " + text(target)) : route;
    }

    /// What to say of a verb behind a slash, where a colon belongs.
    ///
    /// @param message with the target at its end
    static Optional<String> colonHint(String message) {
        Matcher verb = SLASHED.matcher(message);
        return verb.find()
                ? Optional.of("did you mean " + verb.group(1) + ":" + verb.group(2) + "?")
                : Optional.empty();
    }

    private static @Nullable TfsRoute inference(String target) {
        int colon = target.indexOf(':');
        if (colon < 0) {
            return null;
        }
        String verb = target.substring(colon + 1);
        List<String> parts = parts(target.substring(0, colon));
        boolean known = verb.equalsIgnoreCase("predict")
                || verb.equalsIgnoreCase("classify")
                || verb.equalsIgnoreCase("regress");
        if (!known || parts == null || parts.isEmpty() || !isModel(parts, 1)) {
            return null;
        }
        VersionSelector version = version(parts, 1);
        if (version == null) {
            return new TfsRoute.VersionTooLarge();
        }
        String model = decode(parts.getFirst());
        // The pattern takes a verb in any case, but TensorFlow Serving then goes by its exact letters.
        return switch (verb) {
            case "predict" -> new TfsRoute.Predict(model, version);
            case "classify" -> new TfsRoute.Classify(model, version);
            case "regress" -> new TfsRoute.Regress(model, version);
            default -> null;
        };
    }

    private static @Nullable TfsRoute about(String target) {
        List<String> parts = target.indexOf(':') < 0 ? parts(target) : null;
        if (parts == null) {
            return null;
        }
        if (parts.isEmpty()) {
            return new TfsRoute.Models();
        }
        // The pattern prefers to see a name in the first part, whatever it says.
        boolean named = isModelOrMetadata(parts, 1);
        if (!named && !isModelOrMetadata(parts, 0)) {
            return null;
        }
        int next = named ? 1 : 0;
        VersionSelector version = version(parts, next);
        if (version == null) {
            return new TfsRoute.VersionTooLarge();
        }
        if (!named) {
            return new TfsRoute.Malformed("Missing model name in request.");
        }
        String model = decode(parts.getFirst());
        // Here, too, the exact letters decide in the end: `/METADATA` is passed by the pattern and then ignored.
        boolean metadata = (parts.size() - next) % 2 == 1 && parts.getLast().equals("metadata");
        return metadata ? new TfsRoute.Metadata(model, version) : new TfsRoute.Status(model, version);
    }

    /// What stands between the slashes behind `/v1/models`; null if the target does not begin so or a part is empty.
    private static @Nullable List<String> parts(String target) {
        if (!startsWith(target, MODELS)) {
            return null;
        }
        if (target.length() == MODELS.length()) {
            return List.of();
        }
        if (target.charAt(MODELS.length()) != '/') {
            return null;
        }
        // One more than any target has that means something.
        List<String> parts = List.of(target.substring(MODELS.length() + 1).split("/", 6));
        return parts.contains("") ? null : parts;
    }

    /// Whether the parts from `next` on are nothing, a version or a label.
    private static boolean isModel(List<String> parts, int next) {
        return switch (parts.size() - next) {
            case 0 -> true;
            case 2 ->
                parts.get(next).equalsIgnoreCase("labels")
                        || (parts.get(next).equalsIgnoreCase("versions") && isDigits(parts.get(next + 1)));
            default -> false;
        };
    }

    /// The same, with or without `metadata` at the end.
    private static boolean isModelOrMetadata(List<String> parts, int next) {
        int last = parts.size() - 1;
        return isModel(parts, next)
                || (last >= next
                        && parts.get(last).equalsIgnoreCase("metadata")
                        && isModel(parts.subList(0, last), next));
    }

    /// Null if the version is too large.
    private static @Nullable VersionSelector version(List<String> parts, int next) {
        if (parts.size() - next < 2) {
            return VersionSelector.LATEST;
        }
        String given = parts.get(next + 1);
        if (parts.get(next).equalsIgnoreCase("labels")) {
            return new Labelled(decode(given));
        }
        long version = 0;
        for (int i = 0; i < given.length(); i++) {
            int digit = given.charAt(i) - '0';
            if (version > (Long.MAX_VALUE - digit) / 10) {
                return null;
            }
            version = version * 10 + digit;
        }
        return new Exact(version);
    }

    private static boolean isDigits(String text) {
        return text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private static boolean startsWith(String target, String prefix) {
        return target.regionMatches(true, 0, prefix, 0, prefix.length());
    }

    /// Percent-decodes. A percent sign without two hexadecimal digits behind it stands for itself, and so does a byte
    /// that was sent without one.
    private static String decode(String text) {
        if (text.indexOf('%') < 0) {
            return text(text);
        }
        byte[] encoded = text.getBytes(ISO_8859_1);
        ByteArrayOutputStream decoded = new ByteArrayOutputStream(encoded.length);
        for (int i = 0; i < encoded.length; i++) {
            int high = encoded[i] == '%' && i + 2 < encoded.length ? Character.digit(encoded[i + 1], 16) : -1;
            int low = high < 0 ? -1 : Character.digit(encoded[i + 2], 16);
            if (low < 0) {
                decoded.write(encoded[i]);
            } else {
                decoded.write((high << 4) | low);
                i += 2;
            }
        }
        return decoded.toString(UTF_8);
    }

    /// The text whose bytes these are.
    private static String text(String bytes) {
        return bytes.chars().allMatch(c -> c < 0x80) ? bytes : new String(bytes.getBytes(ISO_8859_1), UTF_8);
    }
}
