package io.kaon.app;

import io.grpc.StatusRuntimeException;
import io.kaon.lifecycle.DesiredModels;
import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.protocol.tfs.TfsModelConfig;
import io.kaon.protocol.tfs.TfsReload;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
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
final class ModelConfigFile {
    private static final Logger LOG = Logger.getLogger(ModelConfigFile.class);

    private final Path path;
    private final TfsModelConfig config;
    /// The text that holds; null before the first.
    private @Nullable String applied;

    private @Nullable String trouble;

    ModelConfigFile(Path path, TfsModelConfig config) {
        this.path = path;
        this.config = config;
    }

    /// What the file declares at start.
    ///
    /// @throws ServingException naming the file, and the place in it
    DesiredModels.Declaration read() {
        String text = text();
        DesiredModels.Declaration declaration = parse(text);
        applied = text;
        return declaration;
    }

    /// Takes over the file if it has changed.
    void look(TfsReload reload) {
        try {
            String text = text();
            if (!text.equals(applied)) {
                CompletableFuture<Void> outcome = reload.replace(parse(text), TfsReload.NewLabels.FOR_ALL_VERSIONS);
                applied = text;
                LOG.infof("%s has changed and holds now", path);
                CompletableFuture<?> _ = outcome.whenComplete((_, failure) -> {
                    if (failure != null) {
                        LOG.warnf("%s: %s", path, failure.getMessage());
                    }
                });
            }
            trouble = null;
        } catch (ServingException refused) {
            log(refused.getMessage());
        } catch (StatusRuntimeException refused) {
            log(path + ": " + refused.getStatus().getDescription());
        }
    }

    private void log(String message) {
        if (!message.equals(trouble)) {
            LOG.errorf("%s; the models stay as they are", message);
        }
        trouble = message;
    }

    private DesiredModels.Declaration parse(String text) {
        try {
            return config.read(text);
        } catch (ServingException invalid) {
            throw new ServingException(invalid.kind(), "model config file " + path + ": " + invalid.getMessage());
        }
    }

    private String text() {
        try {
            return Files.readString(path);
        } catch (CharacterCodingException _) {
            throw unreadable("it is not UTF-8 text");
        } catch (NoSuchFileException _) {
            throw unreadable("there is no such file");
        } catch (IOException failure) {
            throw unreadable(failure.toString());
        }
    }

    private ServingException unreadable(String why) {
        return new ServingException(ErrorKind.INVALID_REQUEST, "model config file " + path + ": " + why);
    }
}
