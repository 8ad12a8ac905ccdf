/// Models in Google Cloud Storage. Reads only. A build has the client that this needs when it is made with the Maven
/// profile `gcs`; without it, [io.kaon.storage.gcs.GcsStores] alone is ever loaded.
@NullMarked
package io.kaon.storage.gcs;

import org.jspecify.annotations.NullMarked;
