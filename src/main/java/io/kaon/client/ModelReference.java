package io.kaon.client;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Which model a command is about, and which of its versions.
///
/// @param version its number; at most one of version and label is there
public record ModelReference(String name, Optional<Long> version, Optional<String> label) {
    private static final Pattern VERSION = Pattern.compile("(.+)/([0-9]{1,18})", Pattern.DOTALL);
    private static final Pattern LABEL = Pattern.compile("(.+):([^:/]+)", Pattern.DOTALL);

    /// @throws IllegalArgumentException when there is no name, or both a version and a label
    public ModelReference {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("expected a model's name, got nothing");
        }
        if (version.isPresent() && label.isPresent()) {
            throw new IllegalArgumentException(
                    "expected a version or a label, got both: " + version.get() + " and " + label.get());
        }
    }

    /// `NAME`, `NAME/VERSION` or `NAME:LABEL`; where a version or a label is given otherwise, all of the text is the
    /// name.
    ///
    /// @throws IllegalArgumentException as the constructor
    public static ModelReference of(String text, Optional<Long> version, Optional<String> label) {
        if (version.isPresent() || label.isPresent()) {
            return new ModelReference(text, version, label);
        }
        Matcher numbered = VERSION.matcher(text);
        if (numbered.matches()) {
            return new ModelReference(
                    numbered.group(1), Optional.of(Long.parseLong(numbered.group(2))), Optional.empty());
        }
        Matcher labelled = LABEL.matcher(text);
        return labelled.matches()
                ? new ModelReference(labelled.group(1), Optional.empty(), Optional.of(labelled.group(2)))
                : new ModelReference(text, Optional.empty(), Optional.empty());
    }

    /// The path of its resource in TensorFlow Serving's API.
    public String path() {
        return "/v1/models/" + SampleRequest.pathSegment(name)
                + version.map(number -> "/versions/" + number).orElse("")
                + label.map(text -> "/labels/" + SampleRequest.pathSegment(text))
                        .orElse("");
    }

    /// As it was written.
    @Override
    public String toString() {
        return name
                + version.map(number -> "/" + number).orElse("")
                + label.map(text -> ":" + text).orElse("");
    }
}
