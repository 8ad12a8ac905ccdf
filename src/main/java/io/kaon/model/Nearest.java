package io.kaon.model;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;

/// Finds the known name that somebody probably meant.
public final class Nearest {
    /// Comparing takes time in proportion to both lengths, and clients choose one of them.
    private static final int LONGEST = 200;

    /// How many names a hint lists.
    private static final int MOST_LISTED = 10;

    private Nearest() {}

    /// The candidate with the fewest insertions, deletions and replacements away; the first in order among equals.
    /// Nothing when even that one has less than half in common: such a guess would only mislead.
    public static Optional<String> to(String name, Collection<String> candidates) {
        return nearest(name, candidates).filter(found -> isNear(name, found));
    }

    private static Optional<String> nearest(String name, Collection<String> candidates) {
        if (name.length() > LONGEST) {
            return Optional.empty();
        }
        return candidates.stream().sorted().min(Comparator.comparingInt(candidate -> distance(name, candidate)));
    }

    /// The end of an error message about an unknown name: `: did you mean x?`, or, when even the nearest candidate is
    /// far, `; the nearest known one is x`.
    public static String question(String name, Collection<String> candidates) {
        return nearest(name, candidates)
                .map(found ->
                        isNear(name, found) ? ": did you mean " + found + "?" : "; the nearest known one is " + found)
                .orElse("");
    }

    /// What to tell a client who asked for a name that is not there: the nearest one if it is near, and those there
    /// are, of many only the first.
    ///
    /// @param what the kind of thing, as a plural: "models"
    public static String hint(String what, String asked, Collection<String> known) {
        if (known.isEmpty()) {
            return "there are no " + what;
        }
        TreeSet<String> names = new TreeSet<>(known);
        StringBuilder hint = new StringBuilder();
        to(asked, names)
                .ifPresent(
                        nearest -> hint.append("did you mean `").append(nearest).append("`? "));
        hint.append("known ").append(what).append(": ");
        hint.append(String.join(", ", names.stream().limit(MOST_LISTED).toList()));
        if (names.size() > MOST_LISTED) {
            hint.append(" and ").append(names.size() - MOST_LISTED).append(" more");
        }
        return hint.toString();
    }

    /// Whether a person may have mistyped one for the other: at least half of the letters agree, or all but for case.
    private static boolean isNear(String asked, String known) {
        return 2 * distance(asked, known) <= Math.max(asked.length(), known.length())
                || asked.toLowerCase(Locale.ROOT).equals(known.toLowerCase(Locale.ROOT));
    }

    private static int distance(String from, String to) {
        int[] row = new int[to.length() + 1];
        for (int j = 0; j <= to.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[to.length()];
    }
}
