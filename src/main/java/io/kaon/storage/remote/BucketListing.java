package io.kaon.storage.remote;

import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.storage.Listing;
import io.kaon.storage.Location;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// What stands directly in a directory of a bucket, put together from the pages of a listing that stops at slashes. A
/// bucket may be empty; any other directory is there only if an object is in it.
public final class BucketListing {
    private final Location base;
    private final BucketPlace place;
    private final int most;
    private final String mostOption;
    private final List<String> directories = new ArrayList<>();
    private final List<String> files = new ArrayList<>();
    private boolean there;

    /// @param most names beyond which the listing is refused
    /// @param mostOption the name of the option that says so
    public BucketListing(Location base, int most, String mostOption) {
        this.base = base;
        this.place = BucketPlace.of(base);
        this.most = most;
        this.mostOption = mostOption;
        this.there = place.prefix().isEmpty();
    }

    /// Objects stand below a directory in it.
    ///
    /// @param prefix of their keys, with a slash at the end
    public void directory(String prefix) {
        there = true;
        String name = place.relative(prefix);
        name = name.substring(0, name.length() - 1);
        if (Location.isName(name) && !name.startsWith(".")) {
            directories.add(name);
            requireNotTooMany();
        }
    }

    /// There is an object directly in it.
    public void object(String key) {
        there = true;
        String name = place.relative(key);
        if (Location.isName(name)) {
            files.add(name);
            requireNotTooMany();
        }
    }

    private void requireNotTooMany() {
        if (directories.size() + files.size() > most) {
            throw new ServingException(
                    ErrorKind.STORAGE_FAILED,
                    base + " holds more than " + most + " names: check that it is a directory of models or versions,"
                            + " or raise " + mostOption);
        }
    }

    /// All of it, when no more comes.
    ///
    /// @throws ServingException STORAGE_FAILED if there is nothing
    public Listing finish() {
        if (!there) {
            throw RemoteFiles.nothing(base);
        }
        // The server sorts by bytes.
        Collections.sort(directories);
        Collections.sort(files);
        return new Listing(directories, files);
    }
}
