package io.kaon.testkit;

import java.util.Optional;
import java.util.function.Predicate;

/// A request that a client sent to S3, with the bucket in its path.
///
/// @param path as it was sent, with its escapes
/// @param query what follows the question mark; empty where there is none
/// @param range the header of this name
public record S3Request(String method, String path, String query, Optional<String> range) {
    /// What requests are counted by. Each is also the condition that a request is of this kind.
    public enum Kind implements Predicate<S3Request> {
        /// A GET of an object, or of a part of it.
        OBJECT,
        LISTING,
        HEAD,
        /// Uploads, deletions and everything else.
        OTHER;

        @Override
        public boolean test(S3Request request) {
            return request.kind() == this;
        }
    }

    static S3Request of(HttpHead head) {
        String[] line = head.firstLine().split(" ", 3);
        String[] target = line[1].split("\\?", 2);
        return new S3Request(line[0], target[0], target.length > 1 ? target[1] : "", head.header("range"));
    }

    public Kind kind() {
        return switch (method) {
            case "HEAD" -> Kind.HEAD;
            case "GET" -> hasKey() ? Kind.OBJECT : Kind.LISTING;
            default -> Kind.OTHER;
        };
    }

    private boolean hasKey() {
        int slash = path.indexOf('/', 1);
        return slash > 0 && slash < path.length() - 1;
    }
}
