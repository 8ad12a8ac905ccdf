package io.kaon.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.proto.SignatureDef;

/// The SavedModels by which TensorFlow Serving tests itself, read where they lie beside the checkout.
public final class PublishedSavedModels {
    private static final Path FOLDER = Path.of("../shared/data/tensorflow_serving");

    /// The version of all but one of them.
    public static final long VERSION = 123;

    private PublishedSavedModels() {}

    /// Whether the data lies there. Says on standard output when it does not.
    public static boolean present() {
        boolean present = Files.isDirectory(FOLDER);
        if (!present) {
            System.out.println("skipped: no published SavedModels at " + FOLDER);
        }
        return present;
    }

    /// The directory that holds the versions of a model.
    ///
    /// @param name for example `half_plus_two_cpu`
    public static Path base(String name) {
        return FOLDER.resolve("saved_model_" + name).toAbsolutePath().normalize();
    }

    public static Path version(String name) {
        return base(name).resolve("00000" + VERSION);
    }

    /// What the file itself says of its signatures.
    public static Map<String, SignatureDef> signatures(String name) throws IOException {
        try (InputStream file = Files.newInputStream(version(name).resolve(SavedModels.FILE))) {
            return SavedModel.parseFrom(file).getMetaGraphs(0).getSignatureDefMap();
        }
    }
}
