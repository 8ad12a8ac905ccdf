package io.kaon.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// MinIO, where it is.
@Tag("in-process")
final class MinioIT {
    @Test
    void givesBackWhatWasPut() {
        assumeTrue(Minio.isThere(), Minio.ABSENCE);
        try (S3Server server = Minio.start()) {
            String bucket = server.createBucket();
            server.put(bucket, "model/1/model.onnx", "weights".getBytes(UTF_8));
            assertThat(server.client()
                            .getObjectAsBytes(request -> request.bucket(bucket)
                                    .key("model/1/model.onnx")
                                    .range("bytes=2-4"))
                            .asUtf8String())
                    .isEqualTo("igh");
        }
    }
}
