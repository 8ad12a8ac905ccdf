package io.kaon.app.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/// What this build is.
public final class Version {
    private Version() {}

    /// For example `kaon 0.1.0 (Java 25, ONNX Runtime 1.29.0, TensorFlow 2.18.0)`, with the engines of the build.
    /// None of them is loaded for it.
    public static String line() {
        Properties build = build();
        return "kaon " + build.getProperty("version") + " (Java "
                + Runtime.version().feature()
                + engine(build, "ONNX Runtime", "onnxruntime") + engine(build, "TensorFlow", "tensorflow")
                + engine(build, "PyTorch", "pytorch") + ")";
    }

    private static String engine(Properties build, String name, String key) {
        String version = build.getProperty(key, "");
        return version.isEmpty() ? "" : ", " + name + " " + version;
    }

    /// For example `0.1.0`.
    public static String number() {
        return build().getProperty("version");
    }

    private static Properties build() {
        Properties build = new Properties();
        try (InputStream file = Version.class.getResourceAsStream("/kaon-build.properties")) {
            build.load(file);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        return build;
    }
}
