package io.kaon.kubernetes.plan;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How many pods: a fixed number, or a range that is left to an autoscaler.
///
/// @param least 0 or more
/// @param most at least 1, and at least `least`
public record Replicas(int least, int most) {
    private static final Pattern FORM = Pattern.compile("(\\d{1,4})(?:\\.\\.(\\d{1,4}))?");

    public Replicas {
        if (most < 1 || least > most) {
            throw new IllegalArgumentException("expected a number of pods such as 3 or a range such as 2..10, got "
                    + (least == most ? Integer.toString(least) : least + ".." + most));
        }
    }

    /// @param text `3` or `2..10`
    /// @throws IllegalArgumentException for anything else
    public static Replicas parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw new IllegalArgumentException(
                    "expected a number of pods such as 3 or a range such as 2..10, got \"" + text + "\"");
        }
        int least = Integer.parseInt(form.group(1));
        return new Replicas(least, form.group(2) == null ? least : Integer.parseInt(form.group(2)));
    }

    public boolean isFixed() {
        return least == most;
    }
}
