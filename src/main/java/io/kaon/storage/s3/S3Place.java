package io.kaon.storage.s3;

import io.kaon.storage.Location;

/// A directory of a bucket: all objects whose keys begin in the same way.
///
/// @param prefix what the keys begin with: empty for the bucket itself, or else with a slash at the end
record S3Place(String bucket, String prefix) {
    static S3Place of(Location location) {
        if (!location.scheme().equals(S3Store.SCHEME)) {
            throw new IllegalArgumentException(location + " is not in S3");
        }
        String path = location.path();
        int slash = path.indexOf('/');
        return slash < 0
                ? new S3Place(path, "")
                : new S3Place(path.substring(0, slash), path.substring(slash + 1) + "/");
    }

    /// What an object is called within the directory.
    String relative(String key) {
        return key.substring(prefix.length());
    }

    Location location(String key) {
        return new Location(S3Store.SCHEME, bucket + "/" + key);
    }
}
