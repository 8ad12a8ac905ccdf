package io.kaon.testkit;

import java.net.URI;

/// A server for Google Cloud Storage's JSON API that tests fill. Safe for use by several threads.
public interface GcsObjects extends AutoCloseable {
    URI endpoint();

    /// Makes a bucket that no other test has.
    ///
    /// @return its name
    String createBucket();

    /// Puts an object, over the one that has its name, as a new generation.
    void put(String bucket, String name, byte[] bytes);

    /// Removes the object of this name, if there is one, and all whose names go on with a slash.
    void remove(String bucket, String name);

    @Override
    void close();
}
