package io.kaon.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kaon.testkit.Gluster;
import io.kaon.testkit.OnnxModels;
import io.kaon.testkit.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A volume that goes away takes no model with it.
final class VolumeAwayIT {
    private static final String QUESTION = "{\"instances\":[2.0]}";

    @TempDir
    private Path folder;

    @Test
    void servesOnWhileTheVolumeIsAwayAndFindsWhatIsNewWhenItIsBack() throws IOException {
        assumeTrue(Gluster.isThere(), Gluster.ABSENCE);
        assumeFalse(ServerProcess.isInContainer(), "a container sees no volume that is mounted after its start");
        Path volume = Files.createDirectory(folder.resolve("volume"));
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        try (Gluster gluster = Gluster.start();
                Gluster.Mount _ = gluster.mount(elsewhere)) {
            Gluster.Mount mount = gluster.mount(volume);
            try {
                OnnxModels.linear(0.5f, 2).writeTo(Files.createDirectories(elsewhere.resolve("m/1")));
                try (ServerProcess server = ServerProcess.serve(volume, "-Dkaon.poll-interval=200ms")) {
                    assertServes(server, "3.0");

                    mount.kill();
                    server.awaitLine("its volume is away");
                    assertServes(server, "3.0");

                    mount.close();
                    server.awaitLine("its volume is not mounted");
                    assertServes(server, "3.0");

                    OnnxModels.linear(3, 0).writeTo(Files.createDirectories(elsewhere.resolve("m/2")));
                    mount = gluster.mount(volume);
                    server.awaitAnswer("/v1/models/m", body -> body.contains("\"2\"") && body.contains("END"));
                    assertServes(server, "6.0");
                }
            } finally {
                mount.close();
            }
        }
    }

    private static void assertServes(ServerProcess server, String prediction) {
        assertThat(server.post("/v1/models/m:predict", QUESTION).body()).contains(prediction);
        assertThat(server.get("/v1/models/m").body()).contains("AVAILABLE");
    }
}
