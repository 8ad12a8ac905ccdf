package io.kaon.app.config;

import io.grpc.StatusRuntimeException;
import io.kaon.lifecycle.declaration.DesiredModels;
import io.kaon.model.ServingException;
import io.kaon.protocol.tfs.TfsConfigFile;
import io.kaon.protocol.tfs.TfsModelConfig;
import io.kaon.protocol.tfs.TfsReload;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// The model config file: read at start, and looked at for changes from then on if asked.
///
/// A file that has changed replaces the whole list of models, like a reload. One that cannot be read, understood or
/// taken over leaves everything as it is; it is tried again at every look, and its trouble is logged when it is new.
/// The file declares what ought to be, so a new label in it may name a version that is still to come.
///
/// [#read] and [#look] are called by one thread at a time.
public final class ModelConfigFile {
    private static final Logger LOG = Logger.getLogger(ModelConfigFile.class);

    private final TfsConfigFile file;
    private final TfsModelConfig config;
    /// The text that holds; null before the first.
    private @Nullable String applied;

    private @Nullable String trouble;

    public ModelConfigFile(Path path, TfsModelConfig config) {
        this.file = new TfsConfigFile("model config file", path);
        this.config = config;
    }

    /// What the file declares at start.
    ///
    /// @throws ServingException naming the file, and the place in it
    public DesiredModels.Declaration read() {
        String text = file.text();
        DesiredModels.Declaration declaration = file.parse(text, config::read);
        applied = text;
        return declaration;
    }

    /// Takes over the file if it has changed.
    public void look(TfsReload reload) {
        try {
            String text = file.text();
            if (!text.equals(applied)) {
                CompletableFuture<Void> outcome = reload.replace(
                        file.parse(text, config::read),
                        TfsReload.NewLabels.FOR_ALL_VERSIONS,
                        file.path().toString());
                applied = text;
                LOG.infof("%s has changed and holds now", file.path());
                CompletableFuture<?> _ = outcome.whenComplete((_, failure) -> {
                    if (failure != null) {
                        LOG.warnf("%s: %s", file.path(), failure.getMessage());
                    }
                });
            }
            trouble = null;
        } catch (ServingException refused) {
            log(refused.getMessage());
        } catch (StatusRuntimeException refused) {
            log(file.path() + ": " + refused.getStatus().getDescription());
        }
    }

    private void log(String message) {
        if (!message.equals(trouble)) {
            LOG.errorf("%s; the models stay as they are", message);
        }
        trouble = message;
    }
}
