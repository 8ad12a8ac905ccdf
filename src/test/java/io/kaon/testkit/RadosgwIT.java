package io.kaon.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/// Ceph's gateway, where it is.
@Tag("in-process")
final class RadosgwIT {
    /// One test, because a start takes long.
    @Test
    void checksSignaturesAndKeepsAnyKey() {
        assumeTrue(Radosgw.isThere(), Radosgw.ABSENCE);
        S3Server server = Radosgw.start();
        List<ProcessHandle> daemons = server.process().handle().descendants().toList();
        try (server) {
            String bucket = server.createBucket();
            for (String key : MotoIT.ODD_KEYS) {
                server.put(bucket, key, key.getBytes(UTF_8));
            }
            assertThat(server.client()
                            .listObjectsV2(request -> request.bucket(bucket))
                            .contents())
                    .extracting(S3Object::key)
                    .containsExactlyInAnyOrderElementsOf(MotoIT.ODD_KEYS);
            try (S3Client stranger = server.clientOf(AwsBasicCredentials.create(server.accessKey(), "wrong"))) {
                assertThatThrownBy(() -> stranger.listObjectsV2(request -> request.bucket(bucket)))
                        .isInstanceOf(S3Exception.class)
                        .hasMessageContaining("403");
            }
        }
        assertThat(daemons)
                .hasSizeGreaterThanOrEqualTo(3)
                .allSatisfy(daemon -> daemon.onExit().join());
    }
}
