package io.kaon.kubernetes.plan;

import java.util.Optional;

/// What a container asks for of one resource, and what it may take.
///
/// @param limit none where it may take all that the node has left
public record Span(Quantity request, Optional<Quantity> limit) {
    private static final String NONE = "none";

    public Span {
        if (limit.isPresent() && limit.get().amount().compareTo(request.amount()) < 0) {
            throw new IllegalArgumentException(
                    "expected a limit that is not below the request, got " + request + ".." + limit.get());
        }
    }

    /// @param text `2` for both, `1..2`, or `1..none`
    /// @throws IllegalArgumentException for anything else
    public static Span parse(String text) {
        int dots = text.indexOf("..");
        Quantity request = new Quantity(dots < 0 ? text : text.substring(0, dots));
        String limit = dots < 0 ? request.text() : text.substring(dots + 2);
        return new Span(request, limit.equals(NONE) ? Optional.empty() : Optional.of(new Quantity(limit)));
    }
}
