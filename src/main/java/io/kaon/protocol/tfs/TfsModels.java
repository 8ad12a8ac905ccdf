package io.kaon.protocol.tfs;

import io.kaon.model.ErrorKind;
import io.kaon.model.ModelSignature;
import io.kaon.model.Nearest;
import io.kaon.model.ServingException;
import io.kaon.model.VersionSelector;
import io.kaon.model.VersionStatus;
import io.kaon.serving.ModelLease;
import io.kaon.serving.ServedModel;
import io.kaon.serving.ServingModels;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// The models that are served, with TensorFlow Serving's own words for what is not there: clients compare them.
final class TfsModels {
    private final ServingModels models;

    TfsModels(ServingModels models) {
        this.models = models;
    }

    /// Borrows a version. The lease must be closed.
    ///
    /// @throws ServingException as [ServingModels#lease]; but a label on a model that is not there is
    ///     LABEL_NOT_FOUND, since labels are looked up first
    ModelLease lease(String name, VersionSelector selector) {
        try {
            return models.lease(name, selector);
        } catch (ServingException refusal) {
            if (refusal.kind() == ErrorKind.NOT_READY) {
                throw refusal;
            }
            throw notFound(name, selector, refusal.kind()).withHint(hint(name, refusal));
        }
    }

    /// @throws ServingException as [ServingModels#admit]
    void admit(String name, VersionSelector selector) {
        models.admit(name, selector);
    }

    /// The signature of that name, or the default one for an empty name.
    ///
    /// @throws ServingException SIGNATURE_NOT_FOUND in the words of REST
    static ModelSignature restSignature(ModelLease lease, String name) {
        return signature(lease, name, "Serving signature name: \"%s\" not found in signature def");
    }

    /// The signature of that name, or the default one for an empty name.
    ///
    /// @throws ServingException SIGNATURE_NOT_FOUND in the words of gRPC
    static ModelSignature grpcSignature(ModelLease lease, String name) {
        return signature(lease, name, "Serving signature key \"%s\" not found.");
    }

    /// The signature of that name, or the default one for an empty name, for a method that takes examples.
    ///
    /// @throws ServingException INVALID_REQUEST, which for these methods is TensorFlow Serving's kind over both
    ///     wires
    static ModelSignature exampleSignature(ModelLease lease, String name) {
        try {
            return signature(lease, name, "No signature was found with the name: %s");
        } catch (ServingException refusal) {
            throw new ServingException(ErrorKind.INVALID_REQUEST, refusal.getMessage());
        }
    }

    /// What is known about a model's versions, newest first: of one version, or of all. A label is ignored.
    ///
    /// @throws ServingException MODEL_NOT_FOUND or VERSION_NOT_FOUND
    List<VersionStatus> statuses(String name, VersionSelector selector) {
        ServedModel model = models.models().get(name);
        List<VersionStatus> known = model == null ? List.of() : model.statuses();
        if (selector instanceof VersionSelector.Exact(long version)) {
            List<VersionStatus> one = known.stream()
                    .filter(status -> status.id().version() == version)
                    .toList();
            if (one.isEmpty()) {
                throw new ServingException(
                                ErrorKind.VERSION_NOT_FOUND, "Could not find version " + version + " of model " + name)
                        .withHint(hint(name, known));
            }
            return one;
        }
        if (known.isEmpty()) {
            throw new ServingException(ErrorKind.MODEL_NOT_FOUND, "Could not find any versions of model " + name)
                    .withHint(hint(name, known));
        }
        return known;
    }

    /// Whether the newest version of the model takes strings.
    boolean takesText(String name) {
        ServedModel model = models.models().get(name);
        return model != null
                && !model.versions().isEmpty()
                && model.versions().lastEntry().getValue().takesText();
    }

    /// The model's name may be the mistake; if that is known, our own words for the refusal say what there is.
    private String hint(String name, ServingException refusal) {
        return models.names().contains(name) ? refusal.getMessage() : Nearest.hint("models", name, models.names());
    }

    private String hint(String name, List<VersionStatus> known) {
        ServedModel model = models.models().get(name);
        if (model == null) {
            return Nearest.hint("models", name, models.names());
        }
        return known.isEmpty()
                ? "model `" + name + "` has no version: "
                        + (model.problem() == null
                                ? "expected a directory with a number for a name, and a model's files in it"
                                : model.problem())
                : "known versions: "
                        + known.stream()
                                .map(status -> Long.toString(status.id().version()))
                                .collect(Collectors.joining(", "));
    }

    /// All that are known, by name.
    Map<String, ServedModel> all() {
        return models.models();
    }

    private ServingException notFound(String name, VersionSelector selector, ErrorKind kind) {
        return switch (selector) {
            case VersionSelector.Latest _ -> servableNotFound(kind, "Latest(" + name + ")");
            case VersionSelector.Exact(long version) -> specificNotFound(kind, name, version);
            case VersionSelector.Labelled(String label) -> {
                ServedModel model = models.models().get(name);
                Long version = model == null ? null : model.labels().get(label);
                yield version == null
                        ? new ServingException(
                                ErrorKind.LABEL_NOT_FOUND, "Unrecognized servable version label: " + label)
                        : specificNotFound(ErrorKind.VERSION_NOT_FOUND, name, version);
            }
        };
    }

    private static ServingException specificNotFound(ErrorKind kind, String name, long version) {
        return servableNotFound(kind, "Specific(" + name + ", " + version + ")");
    }

    private static ServingException servableNotFound(ErrorKind kind, String asked) {
        return new ServingException(kind, "Servable not found for request: " + asked);
    }

    private static ModelSignature signature(ModelLease lease, String name, String notFound) {
        try {
            return lease.signature(name);
        } catch (ServingException refusal) {
            String asked = name.isEmpty() ? ModelSignature.DEFAULT_NAME : name;
            throw new ServingException(refusal.kind(), notFound.formatted(asked))
                    .withHint(
                            Nearest.hint("signatures", asked, lease.signatures().keySet()));
        }
    }
}
