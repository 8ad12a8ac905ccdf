package io.kaon.storage.gcs;

import io.kaon.testkit.FakeGcs;

/// With pages so short that most listings have several.
class GcsStoreTest extends GcsStoreContract {
    GcsStoreTest() {
        super(FakeGcs.start(3));
    }
}
