package io.kaon.model;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// Finds the known name that a client or operator probably meant.
public final class Nearest {
    /// Comparing takes time in proportion to both lengths, and clients choose one of them.
    private static final int LONGEST = 200;

    /// How many names a hint lists.
    private static final int MOST_LISTED = 10;

    /// Comparisons of two letters that one search may take, of which a thousand take a microsecond or two: hints are
    /// looked for where requests are answered, and a folder may hold thousands of models.
    private static final int BUDGET = 200_000;

    private Nearest() {}

    /// The candidate with the fewest insertions, deletions and replacements away; the first in order among equals.
    /// Nothing when even that one has less than half in common: such a guess would only mislead.
    public static Optional<String> to(String name, Collection<String> candidates) {
        return nearest(name, candidates).filter(found -> isNear(name, found));
    }

    /// Of many candidates the later ones may be left out.
    private static Optional<String> nearest(String name, Collection<String> candidates) {
        if (name.length() > LONGEST) {
            return Optional.empty();
        }
        String found = null;
        int fewest = Integer.MAX_VALUE;
        long left = BUDGET;
        for (String candidate : candidates) {
            int atLeast = Math.abs(name.length() - candidate.length());
            if (atLeast > fewest) {
                continue;
            }
            left -= (long) (name.length() + 1) * (candidate.length() + 1);
            if (left < 0) {
                break;
            }
            int distance = distance(name, candidate);
            if (distance < fewest || (distance == fewest && found != null && candidate.compareTo(found) < 0)) {
                found = candidate;
                fewest = distance;
            }
        }
        return Optional.ofNullable(found);
    }

    /// The end of an error message about an unknown name: `: did you mean x?`, or, when even the nearest candidate is
    /// far, where all of them stand.
    ///
    /// @param prefix what all names begin with, such as `--`: that they share it brings none of them nearer
    /// @param all such as `docs/options.md has all options`
    public static String question(String prefix, String name, Collection<String> candidates, String all) {
        return to(
                        without(prefix, name),
                        candidates.stream().map(known -> without(prefix, known)).toList())
                .map(found -> ": did you mean " + prefix + found + "?")
                .orElse("; " + all);
    }

    private static String without(String prefix, String name) {
        return name.startsWith(prefix) ? name.substring(prefix.length()) : name;
    }

    /// What to tell a client who asked for a name that is not there: the nearest one if it is near, and those there
    /// are, of many only the first.
    ///
    /// @param what the kind of thing, as a plural: "models"
    public static String hint(String what, String asked, Collection<String> known) {
        if (known.isEmpty()) {
            return "there are no " + what;
        }
        StringBuilder hint = new StringBuilder();
        to(asked, known)
                .ifPresent(
                        nearest -> hint.append("did you mean `").append(nearest).append("`? "));
        hint.append("known ").append(what).append(": ");
        hint.append(String.join(", ", first(known)));
        if (known.size() > MOST_LISTED) {
            hint.append(" and ").append(known.size() - MOST_LISTED).append(" more");
        }
        return hint.toString();
    }

    /// The first in order, without putting all in order.
    private static Set<String> first(Collection<String> known) {
        TreeSet<String> first = new TreeSet<>();
        for (String name : known) {
            if (first.size() < MOST_LISTED) {
                first.add(name);
            } else if (name.compareTo(first.last()) < 0 && first.add(name)) {
                first.pollLast();
            }
        }
        return first;
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
