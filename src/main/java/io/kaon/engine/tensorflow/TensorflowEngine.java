package io.kaon.engine.tensorflow;

import io.kaon.engine.Engine;
import io.kaon.engine.EngineSession;
import io.kaon.engine.EngineSettings;
import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import java.nio.file.Path;
import java.util.List;

/// Loads SavedModels into TensorFlow.
///
/// Constructing one costs nothing, and this class names none of TensorFlow's: a build may leave them out, and then only
/// loading says so. The native library is unpacked and started by the first load.
public final class TensorflowEngine implements Engine {
    static final String BINARY = "saved_model.pb";
    static final String TEXT = "saved_model.pbtxt";

    @Override
    public String name() {
        return "tensorflow";
    }

    @Override
    public List<String> modelFiles() {
        return List.of(BINARY, TEXT);
    }

    @Override
    public EngineSession load(Path directory, EngineSettings settings) {
        if (TensorflowEngine.class.getResource("/org/tensorflow/internal/c_api/TF_Session.class") == null) {
            throw new ServingException(
                    ErrorKind.UNSUPPORTED,
                    "SavedModels need the TensorFlow engine, which this build leaves out: it was made with the Maven"
                            + " profile `slim`; build without -Pslim, or use an image whose tag does not end in `-slim`");
        }
        return SavedModelLoader.load(directory, settings);
    }
}
