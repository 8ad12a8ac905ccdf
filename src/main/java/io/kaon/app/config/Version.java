package io.kaon.app.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/// What this build is.
public final class Version {
    private Version() {}

    /// For example `kaon 0.1.0 (Java 25, ONNX Runtime 1.29.0)`.
    public static String line() {
        Properties build = build();
        return "kaon " + build.getProperty("version") + " (Java "
                + Runtime.version().feature() + ", ONNX Runtime " + build.getProperty("onnxruntime") + ")";
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
