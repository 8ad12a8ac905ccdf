package io.kaon.storage.s3;

import io.kaon.testkit.S3Server;

class S3StoreIT extends S3StoreContract {
    S3StoreIT() {
        super(S3Server.shared());
    }
}
