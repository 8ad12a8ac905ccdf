package io.kaon.storage.gcs;

import io.kaon.testkit.FakeGcsServer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledIf;

@Tag("in-process")
@EnabledIf(value = "io.kaon.testkit.FakeGcsServer#isThere", disabledReason = FakeGcsServer.ABSENCE)
class GcsStoreIT extends GcsStoreContract {
    GcsStoreIT() {
        super(FakeGcsServer.start());
    }
}
