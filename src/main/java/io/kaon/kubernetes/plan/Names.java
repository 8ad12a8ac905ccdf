package io.kaon.kubernetes.plan;

import java.util.regex.Pattern;

/// Names as Kubernetes allows them.
public final class Names {
    private static final int LONGEST_LABEL = 63;

    /// Of the longest name that Kaon appends to one, such as `-prometheus-adapter`.
    private static final int APPENDED = 20;

    private static final Pattern LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?");
    private static final Pattern SERVICE = Pattern.compile("[a-z]([-a-z0-9]*[a-z0-9])?");
    private static final Pattern OBJECT = Pattern.compile("[a-z0-9]([-a-z0-9.]*[a-z0-9])?");
    private static final Pattern KEY =
            Pattern.compile("([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?");
    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    private static final Pattern HOST = Pattern.compile("(\\*\\.)?[a-z0-9]([-a-z0-9.]*[a-z0-9])?");

    private Names() {}

    /// @return the name, which a Service may have too, and leaves room for what is appended to it
    /// @throws IllegalArgumentException when it is no such name
    public static String server(String name) {
        if (!SERVICE.matcher(name).matches() || name.length() > LONGEST_LABEL - APPENDED) {
            throw new IllegalArgumentException("expected at most " + (LONGEST_LABEL - APPENDED)
                    + " lower-case letters, digits and hyphens that begin with a letter, got \"" + name + "\"");
        }
        return name;
    }

    /// @param text what it was found in
    /// @return the name
    /// @throws IllegalArgumentException when it is no label of the domain name system
    public static String label(String name, String text) {
        if (!LABEL.matcher(name).matches() || name.length() > LONGEST_LABEL) {
            throw new IllegalArgumentException("expected a name of lower-case letters, digits and hyphens, got \""
                    + name + "\"" + (name.equals(text) ? "" : " in " + text));
        }
        return name;
    }

    /// @return the name, which a Secret or a class may have
    /// @throws IllegalArgumentException when it is none
    public static String object(String name) {
        return matching(OBJECT, name, "a name of lower-case letters, digits, hyphens and dots");
    }

    /// @return the key, which a label or an annotation may have
    /// @throws IllegalArgumentException when it is none
    public static String key(String key) {
        return matching(KEY, key, "a key such as disktype or example.com/tier");
    }

    /// @return the name, which a variable of a process may have
    /// @throws IllegalArgumentException when it is none
    public static String variable(String name) {
        return matching(VARIABLE, name, "the name of a variable such as AWS_REGION");
    }

    /// @return the host
    /// @throws IllegalArgumentException when it is none
    public static String host(String host) {
        return matching(HOST, host, "a host such as models.example.com");
    }

    private static String matching(Pattern form, String text, String expected) {
        if (!form.matcher(text).matches()) {
            throw new IllegalArgumentException("expected " + expected + ", got \"" + text + "\"");
        }
        return text;
    }
}
