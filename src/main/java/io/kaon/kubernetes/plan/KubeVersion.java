package io.kaon.kubernetes.plan;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A version of Kubernetes, of which all have the major number 1.
public record KubeVersion(int minor) {
    /// What is written when no version is asked for.
    public static final KubeVersion STANDARD = new KubeVersion(34);

    /// The first in which every kind that is always written has its present form.
    public static final KubeVersion OLDEST = new KubeVersion(25);

    private static final Pattern FORM = Pattern.compile("v?1\\.(\\d{1,3})(?:\\.\\d+)?(?:[-+].*)?");

    /// @param text such as `1.30`, `v1.30.2` or `1.30.2-gke.100`
    /// @throws IllegalArgumentException for anything else, and for versions before [#OLDEST]
    public static KubeVersion parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw new IllegalArgumentException("expected a version of Kubernetes such as 1.34, got \"" + text + "\"");
        }
        KubeVersion version = new KubeVersion(Integer.parseInt(form.group(1)));
        if (version.minor < OLDEST.minor) {
            throw new IllegalArgumentException("expected " + OLDEST + " or newer, got " + version);
        }
        return version;
    }

    /// Whether this version has something that came with `1.minor`.
    public boolean isAtLeast(int wanted) {
        return minor >= wanted;
    }

    @Override
    public String toString() {
        return "1." + minor;
    }
}
