package io.kaon.model;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What to do about a directory whose name is no version, and was probably meant for one.
public final class DirectoryAdvice {
    /// A number with a word before it, or with parts behind it.
    private static final Pattern MEANT =
            Pattern.compile("(?i)(?:v|ver|version)?[-_ .]?([0-9]{1,18})(?:\\.[0-9]{1,9}){0,2}");

    private DirectoryAdvice() {}

    /// Such as ``rename `v1` to 1``, about the last of the names of which it is known what helps.
    ///
    /// @param names none of them a number
    public static Optional<String> about(List<String> names) {
        String advice = null;
        for (String name : names) {
            Matcher meant = MEANT.matcher(name);
            advice = meant.matches() ? "rename `" + name + "` to " + meant.group(1) : advice;
        }
        return Optional.ofNullable(advice);
    }
}
