package io.kaon.storage.s3;

import io.kaon.testkit.Minio;
import io.kaon.testkit.S3Server;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf(value = "io.kaon.testkit.Minio#isThere", disabledReason = Minio.ABSENCE)
class MinioStoreIT extends S3StoreContract {
    private final S3Server server;

    MinioStoreIT() {
        this(Minio.start());
    }

    private MinioStoreIT(S3Server server) {
        super(server);
        this.server = server;
    }

    @AfterAll
    void end() {
        server.close();
    }
}
