package io.kaon.storage.s3;

import io.kaon.testkit.Radosgw;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf(value = "io.kaon.testkit.Radosgw#isThere", disabledReason = Radosgw.ABSENCE)
class RadosgwStoreIT extends S3StoreContract {
    RadosgwStoreIT() {
        super(Radosgw.start());
    }

    @AfterAll
    void end() {
        server().close();
    }
}
