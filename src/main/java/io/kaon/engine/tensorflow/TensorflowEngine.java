package io.kaon.engine.tensorflow;

import io.kaon.engine.DeviceBudget;
import io.kaon.engine.Engine;
import io.kaon.engine.InspectedModel;
import io.kaon.model.ErrorKind;
import io.kaon.model.ModelFiles;
import io.kaon.model.ServingException;
import java.nio.file.Path;

/// Loads SavedModels into TensorFlow.
///
/// Constructing one costs nothing, and this class names none of TensorFlow's: a build may leave them out, as
/// `slim` and the native executable do, and then only [#inspect] says so. The native library is unpacked and
/// started by the first load.
public final class TensorflowEngine implements Engine {
    static final String BINARY = "saved_model.pb";
    static final String TEXT = "saved_model.pbtxt";

    /// Constants, so that a native executable is built without the code that names TensorFlow's classes.
    private static final boolean LEFT_OUT =
            TensorflowEngine.class.getResource("/org/tensorflow/internal/c_api/TF_Session.class") == null;

    /// Set in a native executable and while one is built.
    private static final boolean EXECUTABLE = System.getProperty("org.graalvm.nativeimage.imagecode") != null;

    private static final String WHY = EXECUTABLE
            ? "the native executable leaves out: use the JVM image, whose tag does not end in `-native`, or the server"
                    + " that `./kaon build` makes"
            : "this build leaves out: it was made with the Maven profile `slim`; build without -Pslim, or use an image"
                    + " whose tag does not end in `-slim`";

    private final DeviceBudget budget;

    public TensorflowEngine() {
        this(DeviceBudget.unlimited());
    }

    /// @param budget of the memory on GPUs
    public TensorflowEngine(DeviceBudget budget) {
        this.budget = budget;
    }

    @Override
    public String name() {
        return "tensorflow";
    }

    @Override
    public ModelFiles modelFiles() {
        return ModelFiles.of(BINARY, TEXT);
    }

    @Override
    public InspectedModel inspect(Path directory) {
        if (LEFT_OUT) {
            throw new ServingException(ErrorKind.UNSUPPORTED, "SavedModels need the TensorFlow engine, which " + WHY);
        }
        return InspectedSavedModel.of(directory, budget);
    }
}
