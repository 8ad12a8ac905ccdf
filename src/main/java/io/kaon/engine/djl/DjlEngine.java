package io.kaon.engine.djl;

import io.kaon.engine.Engine;
import io.kaon.engine.InspectedModel;
import io.kaon.engine.djl.declaration.ModelFolder;
import io.kaon.model.ErrorKind;
import io.kaon.model.ModelFiles;
import io.kaon.model.ServingException;
import io.kaon.tensor.NativeSlab;
import java.nio.file.Path;

/// Loads TorchScript archives into PyTorch, and what a `serving.properties` names into any other engine of DJL.
///
/// Constructing one costs nothing, and this class names none of DJL's: builds leave them out unless they are asked for
/// them, and then only [#inspect] says so. An engine of DJL is started by the first model that needs it.
public final class DjlEngine implements Engine {
    /// Constants, so that a native executable is built without the code that names DJL's classes.
    private static final boolean LEFT_OUT = DjlEngine.class.getResource("/ai/djl/engine/Engine.class") == null;

    /// Set in a native executable and while one is built.
    private static final boolean EXECUTABLE = System.getProperty("org.graalvm.nativeimage.imagecode") != null;

    private static final String WHY = EXECUTABLE
            ? "the native executable leaves out: use the server that `./kaon build -Ppytorch` makes, or build a JVM image"
                    + " with `--build-arg PROFILES=pytorch`"
            : "this build leaves out: build with the Maven profile `pytorch` (`./kaon build -Ppytorch`), or an image"
                    + " with `--build-arg PROFILES=pytorch`";

    private final ThreadLocal<NativeSlab> slabs = ThreadLocal.withInitial(NativeSlab::new);

    @Override
    public String name() {
        return "djl";
    }

    @Override
    public ModelFiles modelFiles() {
        return ModelFiles.single("*" + ModelFolder.TORCHSCRIPT).and(ModelFiles.of(ModelFolder.PROPERTIES));
    }

    @Override
    public InspectedModel inspect(Path directory) {
        if (LEFT_OUT) {
            throw new ServingException(ErrorKind.UNSUPPORTED, "TorchScript models need PyTorch and DJL, which " + WHY);
        }
        return InspectedDjlModel.of(directory, slabs);
    }
}
