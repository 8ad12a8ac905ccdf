package io.kaon.storage.remote;

import io.kaon.storage.Location;

/// A directory of a bucket: all objects whose keys begin in the same way.
///
/// @param prefix what the keys begin with: empty for the bucket itself, or else with a slash at the end
public record BucketPlace(String bucket, String prefix) {
    public static BucketPlace of(Location location) {
        String path = location.path();
        int slash = path.indexOf('/');
        return slash < 0
                ? new BucketPlace(path, "")
                : new BucketPlace(path.substring(0, slash), path.substring(slash + 1) + "/");
    }

    /// What an object is called within the directory.
    public String relative(String key) {
        return key.substring(prefix.length());
    }
}
