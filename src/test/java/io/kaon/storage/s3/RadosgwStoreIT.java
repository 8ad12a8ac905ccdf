package io.kaon.storage.s3;

import io.kaon.testkit.Radosgw;
import io.kaon.testkit.S3Server;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf(value = "io.kaon.testkit.Radosgw#isThere", disabledReason = Radosgw.ABSENCE)
class RadosgwStoreIT extends S3StoreContract {
    private final S3Server server;

    RadosgwStoreIT() {
        this(Radosgw.start());
    }

    private RadosgwStoreIT(S3Server server) {
        super(server);
        this.server = server;
    }

    @AfterAll
    void end() {
        server.close();
    }
}
