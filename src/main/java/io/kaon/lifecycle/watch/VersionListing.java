package io.kaon.lifecycle.watch;

import io.kaon.storage.Location;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The version directories among the names in a base directory: those that are numbers.
///
/// @param versions by number
/// @param twins what to say of two names for one number, such as `001` and `1`; null if there are none
record VersionListing(
        SortedMap<Long, Location> versions, @Nullable String twins) {
    /// The number of the one version of a directory that holds its files itself.
    static final long UNVERSIONED = 1;

    /// Every long has fewer digits than this, leading zeros aside.
    private static final int MOST_DIGITS = 100;

    /// @param names sorted; of two for one number the last counts
    static VersionListing of(Location base, List<String> names) {
        SortedMap<Long, Location> versions = new TreeMap<>();
        String twins = null;
        for (String name : names) {
            Long number = number(name);
            if (number == null) {
                continue;
            }
            Location directory = base.child(name);
            Location other = versions.put(number, directory);
            if (other != null) {
                twins = other + " and " + directory + " are both version " + number + ": the latter is used";
            }
        }
        return new VersionListing(versions, twins);
    }

    /// The base directory is the only version.
    static VersionListing unversioned(Location base) {
        SortedMap<Long, Location> versions = new TreeMap<>();
        versions.put(UNVERSIONED, base);
        return new VersionListing(versions, null);
    }

    private static @Nullable Long number(String name) {
        if (name.isEmpty() || name.length() > MOST_DIGITS || !name.chars().allMatch(c -> '0' <= c && c <= '9')) {
            return null;
        }
        try {
            return Long.valueOf(name);
        } catch (NumberFormatException _) {
            return null;
        }
    }
}
