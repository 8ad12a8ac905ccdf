package io.kaon.serving;

import io.kaon.model.ErrorKind;
import io.kaon.model.ModelId;
import io.kaon.model.ServingException;
import io.kaon.model.VersionSelector;
import io.kaon.model.VersionStatus;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The front door of the serving half: one volatile field between it and the half that loads.
///
/// Safe for use by all threads. Nothing here blocks.
public final class ServingModels {
    private final InferenceListener listener;
    private volatile Snapshot snapshot = Snapshot.EMPTY;
    private volatile boolean closed;

    /// @param listener told of every inference
    public ServingModels(InferenceListener listener) {
        this.listener = listener;
    }

    /// Replaces what is served. Only the reconciler calls this.
    public void publish(Snapshot next) {
        snapshot = next;
    }

    /// From now on every lease is refused with NOT_READY; leases that are out stay good.
    public void refuseLeases() {
        closed = true;
    }

    /// Borrows a version. The lease must be closed.
    ///
    /// @throws ServingException MODEL_NOT_FOUND, VERSION_NOT_FOUND or LABEL_NOT_FOUND when the snapshot has no such
    ///     version to serve; NOT_READY when the server stops
    public ModelLease lease(String name, VersionSelector selector) {
        while (true) {
            if (closed) {
                throw new ServingException(ErrorKind.NOT_READY, "the server is stopping");
            }
            LoadedModel model = find(name, selector);
            if (model == null) {
                throw notServed(name, selector);
            }
            if (model.borrow()) {
                return new ModelLease(model, listener);
            }
            // The version began to drain after we had read the snapshot; by then the next one had been published.
            Thread.onSpinWait();
        }
    }

    /// Refuses before a request is read what could not be run: under overload, a refusal must cost little. Of models
    /// that are not there it says nothing; [#lease] does.
    ///
    /// @throws ServingException OVERLOADED when the queue of the version is full
    public void admit(String name, VersionSelector selector) {
        LoadedModel model = find(name, selector);
        if (model != null) {
            model.admit(listener);
        }
    }

    /// The names of all models that are known, served or not, in order.
    public Set<String> names() {
        return snapshot.models().keySet();
    }

    /// All that is known, in the order of the names.
    public Map<String, ServedModel> models() {
        return snapshot.models();
    }

    /// Whether requests find this version.
    public boolean serves(ModelId id) {
        ServedModel model = models().get(id.name());
        return model != null && model.versions().containsKey(id.version());
    }

    /// Every known version of the model, newest first.
    ///
    /// @throws ServingException MODEL_NOT_FOUND
    public List<VersionStatus> statuses(String name) {
        Snapshot now = snapshot;
        ServedModel served = now.models().get(name);
        if (served == null) {
            throw unknown(now, name);
        }
        return served.statuses();
    }

    private @Nullable LoadedModel find(String name, VersionSelector selector) {
        ServedModel served = snapshot.models().get(name);
        if (served == null) {
            return null;
        }
        return switch (selector) {
            case VersionSelector.Latest _ -> {
                Map.Entry<Long, LoadedModel> latest = served.versions().lastEntry();
                yield latest == null ? null : latest.getValue();
            }
            case VersionSelector.Exact(long version) -> served.versions().get(version);
            case VersionSelector.Labelled(String label) -> {
                Long version = served.labels().get(label);
                yield version == null ? null : served.versions().get(version);
            }
        };
    }

    /// Why [#find] found nothing a moment ago.
    private ServingException notServed(String name, VersionSelector selector) {
        ServedModel served = snapshot.models().get(name);
        if (served == null) {
            return unknown(snapshot, name);
        }
        return switch (selector) {
            case VersionSelector.Latest _ ->
                new ServingException(
                        ErrorKind.VERSION_NOT_FOUND,
                        "model `" + name + "` has no version that can serve now" + why(served, served.statuses()));
            case VersionSelector.Exact(long version) -> versionNotFound(served, name, version);
            case VersionSelector.Labelled(String label) -> {
                Long version = served.labels().get(label);
                yield version == null
                        ? new ServingException(
                                ErrorKind.LABEL_NOT_FOUND,
                                "model `" + name + "` has no label \"" + label + "\": "
                                        + (served.labels().isEmpty()
                                                ? "it has none at all"
                                                : "expected one of "
                                                        + served.labels().keySet()))
                        : versionNotFound(served, name, version);
            }
        };
    }

    private static ServingException unknown(Snapshot snapshot, String name) {
        return new ServingException(
                ErrorKind.MODEL_NOT_FOUND,
                "no model is called `" + name + "`: expected one of "
                        + snapshot.models().keySet());
    }

    private static ServingException versionNotFound(ServedModel served, String name, long version) {
        return new ServingException(
                ErrorKind.VERSION_NOT_FOUND,
                "model `" + name + "` does not serve version " + version + ": expected one of "
                        + served.versions().keySet()
                        + why(
                                served,
                                served.statuses().stream()
                                        .filter(status -> status.id().version() == version)
                                        .toList()));
    }

    /// What is known of the versions that were meant, of several only the newest, or of the model.
    private static String why(ServedModel served, List<VersionStatus> meant) {
        if (!meant.isEmpty()) {
            VersionStatus status = meant.getFirst();
            String message = status.detail();
            return "; version " + status.id().version()
                    + (status.hasFailed() ? " failed to load" : " is " + phase(status))
                    + (message.isEmpty() ? "" : ": " + message);
        }
        String problem = served.problem();
        return problem == null || !served.statuses().isEmpty() ? "" : "; " + problem;
    }

    private static String phase(VersionStatus status) {
        return switch (status.phase()) {
            case START -> "waiting to be loaded";
            case LOADING -> "being loaded";
            case AVAILABLE -> "about to serve";
            case UNLOADING -> "being unloaded";
            case END -> "unloaded";
        };
    }
}
