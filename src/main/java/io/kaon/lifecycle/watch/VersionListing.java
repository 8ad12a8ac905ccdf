package io.kaon.lifecycle.watch;

import io.kaon.lifecycle.declaration.DesiredModel;
import io.kaon.model.DirectoryAdvice;
import io.kaon.model.FileAdvice;
import io.kaon.model.ModelFiles;
import io.kaon.storage.Listing;
import io.kaon.storage.Location;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The version directories among the names in a base directory: those that are numbers.
///
/// @param versions by number
/// @param twins what to say of two names for one number, such as `001` and `1`; null if there are none
/// @param advice what to do about a name that was probably meant for a version, such as `v1`; null if there is none
record VersionListing(
        SortedMap<Long, Location> versions,
        @Nullable String twins,
        @Nullable String advice) {
    /// The number of the one version of a directory that holds its files itself.
    static final long UNVERSIONED = 1;

    /// Every long has fewer digits than this, leading zeros aside.
    private static final int MOST_DIGITS = 100;

    /// @param names sorted; of two for one number the last counts
    static VersionListing of(Location base, List<String> names) {
        SortedMap<Long, Location> versions = new TreeMap<>();
        String twins = null;
        List<String> others = new ArrayList<>();
        for (String name : names) {
            Long number = number(name);
            if (number == null) {
                others.add(name);
                continue;
            }
            Location directory = base.child(name);
            Location other = versions.put(number, directory);
            if (other != null) {
                twins = other + " and " + directory + " are both version " + number + ": the latter is used";
            }
        }
        return new VersionListing(versions, twins, DirectoryAdvice.about(others).orElse(null));
    }

    /// What a base directory holds. Where there are no versions and a model's files, it is the only version itself.
    static VersionListing of(Location base, Listing found, ModelFiles modelFiles) {
        VersionListing listing = of(base, found.directories());
        if (!listing.versions.isEmpty() || !modelFiles.areAmong(found.files())) {
            return listing;
        }
        SortedMap<Long, Location> versions = new TreeMap<>();
        versions.put(UNVERSIONED, base);
        return new VersionListing(versions, null, null);
    }

    /// Whether the base directory is the only version.
    boolean isUnversioned(Location base) {
        return base.equals(versions.get(UNVERSIONED));
    }

    /// What hinders a model that has these versions; null if nothing does.
    ///
    /// @param noneIsChosen by the model's policy
    @Nullable
    String problem(DesiredModel model, boolean noneIsChosen) {
        if (versions.isEmpty()) {
            return model.base() + " holds no version: expected a directory with a number for a name"
                    + (advice == null ? "" : "; " + advice);
        }
        if (noneIsChosen) {
            return "none of the versions " + versions.keySet() + " in " + model.base() + " is chosen by "
                    + model.policy();
        }
        return twins != null ? twins : model.deadLabel(versions.keySet());
    }

    /// What to say of a directory without versions in a folder of models.
    String noModel(Location directory, Listing found, ModelFiles modelFiles) {
        List<String> files = found.files();
        return directory + " is no model: expected directories with a number for a name, or " + modelFiles + "; found "
                + (files.isEmpty() ? "no files" : "the files " + few(files)) + FileAdvice.appended(files)
                + (advice == null ? "" : "; " + advice);
    }

    /// A directory that is no model may hold anything, and any amount of it.
    private static String few(List<String> files) {
        int most = 20;
        return files.size() <= most
                ? files.toString()
                : files.subList(0, most) + " and " + (files.size() - most) + " more";
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
