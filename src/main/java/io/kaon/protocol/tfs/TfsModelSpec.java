package io.kaon.protocol.tfs;

import com.google.protobuf.Int64Value;
import io.kaon.model.ErrorKind;
import io.kaon.model.ModelId;
import io.kaon.model.ServingException;
import io.kaon.model.VersionSelector;
import io.kaon.protocol.tfs.proto.ModelSpec;

/// The message by which gRPC requests name a model, and by which answers say what they came from.
final class TfsModelSpec {
    private TfsModelSpec() {}

    /// @throws ServingException INVALID_REQUEST, if the request has none
    static ModelSpec present(boolean has, ModelSpec spec) {
        if (!has) {
            throw new ServingException(ErrorKind.INVALID_REQUEST, "Missing ModelSpec");
        }
        return spec;
    }

    /// @throws ServingException INVALID_REQUEST, if the request has none or names no model
    static ModelSpec named(boolean has, ModelSpec spec) {
        if (present(has, spec).getName().isEmpty()) {
            throw new ServingException(ErrorKind.INVALID_REQUEST, "ModelSpec has no name specified.");
        }
        return spec;
    }

    /// A version of 0 is version 0, and an empty label is a label: what counts is that it was sent.
    static VersionSelector selector(ModelSpec spec) {
        return switch (spec.getVersionChoiceCase()) {
            case VERSION -> new VersionSelector.Exact(spec.getVersion().getValue());
            case VERSION_LABEL -> new VersionSelector.Labelled(spec.getVersionLabel());
            case VERSIONCHOICE_NOT_SET -> VersionSelector.LATEST;
        };
    }

    /// The version that answered.
    static ModelSpec.Builder resolved(ModelId id) {
        return ModelSpec.newBuilder().setName(id.name()).setVersion(Int64Value.of(id.version()));
    }
}
