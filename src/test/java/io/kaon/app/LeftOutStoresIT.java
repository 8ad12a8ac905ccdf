package io.kaon.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.kaon.testkit.BuiltIn;
import io.kaon.testkit.ServerProcess;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// A location whose store the program leaves out is refused with what to do.
final class LeftOutStoresIT {
    @Test
    void saysHowToBuildGoogleCloudStorageIn() {
        assumeFalse(BuiltIn.gcs(), "Google Cloud Storage is in the program");
        ServerProcess.Finished refused = ServerProcess.run(Map.of(), "check", "gs://bucket/models/m");
        assertThat(refused.status()).isNotZero();
        assertThat(refused.output())
                .contains("no store reads gs://bucket/models/m: Google Cloud Storage is left out of ")
                .contains("`./kaon build -Pgcs`");
    }

    @Test
    void saysHowToBuildHdfsIn() {
        assumeFalse(BuiltIn.hdfs(), "HDFS is in the program");
        for (String models : List.of("hdfs://namenode:8020/models", "webhdfs://namenode:9870/models")) {
            try (ServerProcess server = ServerProcess.start(List.of(), List.of(models), Map.of())) {
                assertThat(server.awaitExit()).isNotZero();
                assertThat(String.join("\n", server.output())).contains(models, "HDFS is left out", "-Phdfs");
            }
        }
    }
}
