package io.kaon.protocol.tfs;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.kaon.lifecycle.declaration.DesiredModel;
import io.kaon.lifecycle.declaration.DesiredModels;
import io.kaon.model.ServingException;
import io.kaon.model.VersionStatus;
import io.kaon.serving.ServedModel;
import io.kaon.serving.ServingModels;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Replaces the whole list of models while the server runs, by TensorFlow Serving's rules.
///
/// A declaration is checked as a whole before any of it holds, so one that is refused changes nothing.
/// (TensorFlow Serving remembers a refused one as the base of later checks.) What is then replaced is carried out
/// model by model, the old versions serving until the new ones do.
///
/// ## Labels
///
/// A label may name a version that is being served now. It may name another one only if it named that version before,
/// or if it is new to the model and the operator allows it: clients of a label that *moves* would otherwise fall into
/// a hole. The versions of a model that is new in the same declaration are not being served yet.
///
/// Safe for use by all threads; nothing here blocks.
public final class TfsReload {
    private static final Logger LOG = Logger.getLogger(TfsReload.class);

    private final DesiredModels desired;
    private final ServingModels serving;
    private CompletableFuture<Void> waiting = CompletableFuture.completedFuture(null);
    private boolean stopping;

    public TfsReload(DesiredModels desired, ServingModels serving) {
        this.desired = desired;
        this.serving = serving;
    }

    /// Which versions that are not being served a label may name.
    public enum NewLabels {
        /// None but those that it named before.
        FOR_AVAILABLE_VERSIONS,
        /// Any, if the model had no such label.
        FOR_ALL_VERSIONS
    }

    /// Takes over the declaration, or throws and leaves everything as it was.
    ///
    /// The result completes when every model that served nothing before has a version that does. It fails
    /// with UNKNOWN if one of them has failed, with ABORTED if another declaration came before that, with
    /// UNAVAILABLE when the server stops. The declaration holds in any case.
    ///
    /// @param asker for the log: a peer's address, or a file
    /// @throws StatusRuntimeException FAILED_PRECONDITION for a label, INVALID_ARGUMENT for a changed engine
    public synchronized CompletableFuture<Void> replace(DesiredModels.Declaration next, NewLabels rule, String asker) {
        checkOpen();
        Map<String, ServedModel> served = serving.models();
        for (DesiredModel model : next.models()) {
            DesiredModel before = declared(model.name());
            checkEngine(model, before);
            checkLabels(model, before, served.get(model.name()), rule);
        }
        log(next, next.changesFrom(desired.current()), served.keySet(), asker);
        return carriedOut(next, () -> checkAvailable(next));
    }

    /// Changes labels and nothing else: the models, where they lie and how they are run stay as declared at this
    /// moment, and so does a folder of models. A folder's model that gets labels is declared by name while it has
    /// any.
    ///
    /// The result completes when the labels hold. It fails as that of [#replace], but for models that do not serve.
    ///
    /// @param changes by model and label; a version below zero takes the label away
    /// @throws ServingException MODEL_NOT_FOUND; nothing is changed then
    /// @throws StatusRuntimeException as [#replace]
    public synchronized CompletableFuture<Void> relabel(
            Map<String, Map<String, Long>> changes, NewLabels rule, String asker) {
        checkOpen();
        Map<String, ServedModel> served = serving.models();
        DesiredModels.Declaration next = desired.current().relabelled(changes, served.keySet());
        next.models().forEach(model -> checkLabels(model, declared(model.name()), served.get(model.name()), rule));
        List<String> changed = next.changesFrom(desired.current());
        LOG.infof("labels are changed, as %s asks: %s", asker, changed.isEmpty() ? "nothing is different" : changed);
        return carriedOut(next, () -> {});
    }

    private CompletableFuture<Void> carriedOut(DesiredModels.Declaration next, Runnable check) {
        waiting = desired.replace(next).handle((_, failure) -> {
            if (failure != null) {
                throw notCarriedOut(failure);
            }
            check.run();
            return null;
        });
        return waiting.copy();
    }

    private void checkOpen() {
        if (stopping) {
            throw Status.UNAVAILABLE.withDescription("the server is stopping").asRuntimeException();
        }
    }

    /// Answers those who still wait, and takes no more declarations.
    public synchronized void stop() {
        stopping = true;
        boolean _ = waiting.completeExceptionally(
                Status.UNAVAILABLE.withDescription("the server is stopping").asRuntimeException());
    }

    private @Nullable DesiredModel declared(String name) {
        return desired.current().models().stream()
                .filter(model -> model.name().equals(name))
                .findFirst()
                .orElse(null);
    }

    private static void checkEngine(DesiredModel model, @Nullable DesiredModel before) {
        String now = model.options().engine().name();
        String old = before == null ? null : before.options().engine().name();
        if (now != null && old != null && !now.equals(old)) {
            throw Status.INVALID_ARGUMENT
                    .withDescription("Illegal to change a model's platform. For model " + model.name()
                            + " platform was " + old + " and new platform requested is " + now)
                    .asRuntimeException();
        }
    }

    private static void checkLabels(
            DesiredModel model, @Nullable DesiredModel before, @Nullable ServedModel served, NewLabels rule) {
        model.labels().forEach((label, version) -> {
            Long old = before == null ? null : before.labels().get(label);
            boolean allowed = (served != null && served.versions().containsKey(version))
                    || version.equals(old)
                    || (old == null && rule == NewLabels.FOR_ALL_VERSIONS);
            if (!allowed) {
                throw Status.FAILED_PRECONDITION
                        .withDescription("Request to assign label to " + version + " of model " + model.name()
                                + ", which is not currently available for inference")
                        .asRuntimeException();
            }
        });
    }

    private static void log(DesiredModels.Declaration next, List<String> changes, Set<String> served, String asker) {
        LOG.infof(
                "the list of models is replaced, as %s asks: %s; %s",
                asker,
                next.models().size() == 1 ? "1 model" : next.models().size() + " models",
                changes.isEmpty() ? "nothing is different" : String.join("; ", changes));
        Set<String> leaving = new TreeSet<>(served);
        next.models().forEach(model -> leaving.remove(model.name()));
        if (!leaving.isEmpty()) {
            LOG.warnf("the new list does not name the models %s, so they are unloaded", leaving);
        }
    }

    private static RuntimeException notCarriedOut(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof CancellationException
                ? Status.ABORTED
                        .withDescription("another configuration took the place of this one before all of its models "
                                + "were available")
                        .asRuntimeException()
                : new IllegalStateException(cause);
    }

    private void checkAvailable(DesiredModels.Declaration next) {
        List<String> failed = new ArrayList<>();
        for (DesiredModel model : next.models()) {
            ServedModel served = serving.models().get(model.name());
            if (served == null || served.versions().isEmpty()) {
                failed.add("{Name: " + model.name() + " " + trouble(served) + "}");
            }
        }
        if (!failed.isEmpty()) {
            throw Status.UNKNOWN
                    .withDescription(failed.size() + " model(s) did not become available: " + String.join(", ", failed))
                    .asRuntimeException();
        }
    }

    private static String trouble(@Nullable ServedModel served) {
        if (served == null) {
            return "error: it is no longer wanted";
        }
        for (VersionStatus status : served.statuses()) {
            ServingException error = status.error();
            if (error != null) {
                return "Version: " + status.id().version() + " error: " + error.getMessage();
            }
        }
        return "error: " + (served.problem() == null ? "it has no version to serve" : served.problem());
    }
}
