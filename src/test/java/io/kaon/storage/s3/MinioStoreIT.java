package io.kaon.storage.s3;

import io.kaon.testkit.Minio;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf(value = "io.kaon.testkit.Minio#isThere", disabledReason = Minio.ABSENCE)
class MinioStoreIT extends S3StoreContract {
    MinioStoreIT() {
        super(Minio.start());
    }

    @AfterAll
    void end() {
        server().close();
    }
}
