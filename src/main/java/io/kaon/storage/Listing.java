package io.kaon.storage;

import java.util.List;

/// What stands directly in a location.
///
/// @param directories names, sorted; without those that begin with a dot, which programs hide
/// @param files names of the plain files, sorted
public record Listing(List<String> directories, List<String> files) {
    public Listing {
        directories = List.copyOf(directories);
        files = List.copyOf(files);
    }
}
