package io.kaon.engine.onnx;

import java.nio.file.Files;
import java.nio.file.Path;

/// Where ONNX Runtime's native libraries are found.
///
/// The binding unpacks them from its jar into the temporary folder, 28 MB at each start, unless a property says where
/// they lie. A native executable has no jar: they lie in the folder `lib` beside it.
final class OnnxLibrary {
    private static final String PROPERTY = "onnxruntime.native.path";

    private OnnxLibrary() {}

    /// Must come before the binding's first class is initialised. What the operator says is left as it is.
    static void locate() {
        if (System.getProperty("org.graalvm.nativeimage.imagecode") != null && System.getProperty(PROPERTY) == null) {
            ProcessHandle.current()
                    .info()
                    .command()
                    .map(executable -> Path.of(executable).resolveSibling("lib"))
                    .filter(Files::isDirectory)
                    .ifPresent(folder -> System.setProperty(PROPERTY, folder.toString()));
        }
    }
}
