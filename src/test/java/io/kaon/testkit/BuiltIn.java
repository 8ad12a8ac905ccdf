package io.kaon.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/// Which of the clients and engines that a build may leave out are in the program under test.
public final class BuiltIn {
    /// Why a test that needs Google's client is skipped.
    public static final String NO_GCS = "the program leaves Google Cloud Storage out: .ci/stores runs this test";

    /// Why a test that needs Hadoop's client is skipped.
    public static final String NO_HDFS = "the program leaves HDFS out: .ci/stores runs this test";

    /// Why a test that needs PyTorch is skipped.
    public static final String NO_PYTORCH = "the program leaves PyTorch out: .ci/pytorch runs this test";

    private BuiltIn() {}

    public static boolean gcs() {
        return has("com.google.cloud.google-cloud-storage-");
    }

    public static boolean hdfs() {
        return has("org.apache.hadoop.hadoop-client-api-");
    }

    public static boolean pytorch() {
        return has("ai.djl.pytorch.pytorch-engine-");
    }

    /// @param jar what the name of its jar begins with
    private static boolean has(String jar) {
        if (ServerProcess.isExecutable() || ServerProcess.isImage()) {
            return false;
        }
        Path libraries = Path.of(System.getProperty("kaon.jar", "target/quarkus-app/quarkus-run.jar"))
                .resolveSibling("lib/main");
        if (!Files.isDirectory(libraries)) {
            return false;
        }
        try (DirectoryStream<Path> found = Files.newDirectoryStream(libraries, jar + "*")) {
            return found.iterator().hasNext();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
