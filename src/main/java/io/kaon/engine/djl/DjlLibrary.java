package io.kaon.engine.djl;

import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import io.kaon.engine.EngineSettings;
import io.kaon.engine.djl.declaration.ModelFolder;
import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import org.jboss.logging.Logger;

/// DJL's engines, each of which is started by the first model that needs it, and never another: no engine is asked for
/// without its name.
final class DjlLibrary {
    private static final Logger LOG = Logger.getLogger(DjlLibrary.class);

    /// In DJL's own jar; asks another server by HTTP.
    private static final String REMOTE = "RPC";

    private static final Map<String, Started> STARTED = new HashMap<>();

    /// @param intraOpThreads of the first load, which hold for the process
    /// @param interOpThreads of the first load
    record Started(Engine engine, int intraOpThreads, int interOpThreads) {}

    private DjlLibrary() {}

    /// Starts it if it has not been. On a platform thread; the first time in a machine's life takes seconds, while its
    /// libraries are unpacked.
    ///
    /// @throws ServingException UNSUPPORTED if there is no such engine, ENGINE_FAILED if it cannot be started here
    static synchronized Started start(String name, EngineSettings settings) {
        Started started = STARTED.get(name);
        if (started == null) {
            started = new Started(startNow(name, settings), settings.intraOpThreads(), settings.interOpThreads());
            STARTED.put(name, started);
        }
        return started;
    }

    private static Engine startNow(String name, EngineSettings settings) {
        long began = System.nanoTime();
        try {
            set("ai.djl.offline", "true");
            set("OPT_OUT_TRACKING", "true");
            if (name.equals(REMOTE) || !Engine.hasEngine(name)) {
                TreeSet<String> known = new TreeSet<>(Engine.getAllEngines());
                known.remove(REMOTE);
                throw new ServingException(
                        ErrorKind.UNSUPPORTED,
                        "this build has no engine " + name + " of DJL: found " + known
                                + "; engine in serving.properties, or platform in config.pbtxt, chooses");
            }
            if (name.equals(ModelFolder.PYTORCH)) {
                set("ai.djl.pytorch.num_threads", Integer.toString(settings.intraOpThreads()));
                set("ai.djl.pytorch.num_interop_threads", Integer.toString(settings.interOpThreads()));
                OwnLibtorch.announce();
            }
            Engine engine = Engine.getEngine(name);
            LOG.infof(
                    "%s %s started through DJL in %d ms",
                    name, engine.getVersion(), (System.nanoTime() - began) / 1_000_000);
            return engine;
        } catch (EngineException | LinkageError | AssertionError failure) {
            Throwable reason = failure;
            while (reason.getCause() != null) {
                reason = reason.getCause();
            }
            throw new ServingException(
                    ErrorKind.ENGINE_FAILED,
                    name + " does not start on " + System.getProperty("os.name") + " " + System.getProperty("os.arch")
                            + ": " + DjlErrors.plain(String.valueOf(reason))
                            + remedy(reason),
                    failure);
        }
    }

    private static String remedy(Throwable reason) {
        String own = OwnLibtorch.folder();
        if (own != null && reason instanceof UnsatisfiedLinkError) {
            return "; PYTORCH_LIBRARY_PATH=" + own + " names this libtorch: install what it misses, or name the folder"
                    + " of what it misses in LD_LIBRARY_PATH (libcuda.so.1 comes with NVIDIA's driver)";
        }
        return reason instanceof IOException || reason instanceof UnsatisfiedLinkError
                ? "; DJL unpacks its libraries below the home directory, below "
                        + System.getProperty("java.io.tmpdir")
                        + " where that cannot be written, or where DJL_CACHE_DIR says"
                : "";
    }

    /// What the operator has set stays.
    private static void set(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }
}
