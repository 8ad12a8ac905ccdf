package io.kaon.storage.hdfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.storage.Location;
import io.kaon.testkit.HdfsOptions;
import io.kaon.testkit.HdfsServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What the store says of places where no version is, or not yet.
@Tag("in-process")
class HdfsRefusalsIT {
    private static HdfsServer server;
    private static String folder;
    private static HdfsStore store;

    @BeforeAll
    static void open() {
        server = HdfsServer.shared();
        folder = server.createFolder();
        server.put(folder + "/m/1/model.onnx", new byte[] {1, 2, 3});
        store = HdfsOptions.usual().store();
    }

    @AfterAll
    static void close() {
        store.close();
    }

    private static Location direct(String scheme, String path) {
        return Location.parse(server.server(scheme) + folder + path);
    }

    @Test
    void waitsForAFileThatIsBeingCopied() {
        String growing = folder + "/growing/1/model.onnx._COPYING_";
        server.put(growing, new byte[] {1});
        Location version = direct("hdfs", "/growing/1");
        assertThat(failure(() -> store.describe(version))).hasMessageContaining("is being copied");
        server.rename(growing, folder + "/growing/1/model.onnx");
        assertThat(store.describe(version).topFiles()).containsExactly("model.onnx");
    }

    @ParameterizedTest
    @ValueSource(strings = {"hdfs", "webhdfs"})
    void saysWhatIsNoDirectory(String scheme) {
        assertThat(failure(() -> store.list(direct(scheme, "/m/1/model.onnx"))))
                .hasMessageContaining("is not a directory");
        assertThat(failure(() -> store.describe(direct(scheme, "/m/1/model.onnx"))))
                .hasMessageContaining("is not a directory");
    }

    @ParameterizedTest
    @ValueSource(strings = {"hdfs", "webhdfs"})
    void saysWhichPortIsMeantWhereAnotherIsAsked(String scheme) {
        String other = server.server(scheme.equals("hdfs") ? "webhdfs" : "hdfs").replaceFirst("^.*:", ":");
        Location wrong = Location.parse(scheme + "://127.0.0.1" + other + "/m");
        assertThat(failure(() -> store.list(wrong)))
                .hasMessageContaining(wrong.toString())
                .hasMessageContaining(scheme.equals("hdfs") ? "RPC port, often 8020" : "HTTP port, often 9870");
    }

    @ParameterizedTest
    @ValueSource(strings = {"hdfs", "webhdfs"})
    void saysThatAHostIsNotKnown(String scheme) {
        assertThat(failure(() -> store.list(Location.parse(scheme + "://no-such-host.invalid:1/m"))))
                .hasMessageContaining("the host is not known")
                .hasMessageContaining("kaon.hdfs.conf-dir");
    }

    private static ServingException failure(Runnable call) {
        ServingException failure = catchThrowableOfType(ServingException.class, call::run);
        assertThat(failure).as("failure").isNotNull();
        assertThat(failure.kind()).isEqualTo(ErrorKind.STORAGE_FAILED);
        assertThat(failure.getMessage()).matches("\\P{Cntrl}*");
        return failure;
    }
}
