package io.kaon.protocol.tfs;

import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.kaon.lifecycle.declaration.DesiredModels;
import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.model.VersionStatus;
import io.kaon.protocol.tfs.proto.GetModelStatusRequest;
import io.kaon.protocol.tfs.proto.GetModelStatusResponse;
import io.kaon.protocol.tfs.proto.ModelConfig;
import io.kaon.protocol.tfs.proto.ModelServiceGrpc;
import io.kaon.protocol.tfs.proto.ModelSpec;
import io.kaon.protocol.tfs.proto.ModelVersionStatus;
import io.kaon.protocol.tfs.proto.ReloadConfigRequest;
import io.kaon.protocol.tfs.proto.ReloadConfigResponse;
import io.kaon.protocol.tfs.proto.StatusProto;
import io.kaon.serving.ServingModels;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jboss.logging.Logger;

/// Status and configuration over gRPC. Nothing here blocks, so calls may run on the event loop of their connection.
public final class TfsModelGrpc implements ModelServiceGrpc.AsyncService {
    private static final String NOT_A_LIST = "ServerModelConfig type not supported by HandleReloadConfigRequest. Only "
            + "ModelConfigList is currently supported";

    private static final Logger LOG = Logger.getLogger(TfsModelGrpc.class);

    /// No counter that `metric_names` could ask for exists.
    private static final ReloadConfigResponse DONE = ReloadConfigResponse.newBuilder()
            .setStatus(StatusProto.getDefaultInstance())
            .build();

    private final TfsModels models;
    private final TfsModelConfig config;
    private final TfsReload reload;
    private final TfsReload.NewLabels newLabels;
    private final TfsReloadGuard guard;

    public TfsModelGrpc(
            ServingModels models,
            TfsModelConfig config,
            TfsReload reload,
            TfsReload.NewLabels newLabels,
            TfsReloadGuard guard) {
        this.models = new TfsModels(models);
        this.config = config;
        this.reload = reload;
        this.newLabels = newLabels;
        this.guard = guard;
    }

    /// The service as a server takes it.
    public ServerServiceDefinition bind() {
        return ServerInterceptors.intercept(ModelServiceGrpc.bindService(this), TfsReloadGuard::interceptCall);
    }

    @Override
    public void getModelStatus(GetModelStatusRequest request, StreamObserver<GetModelStatusResponse> client) {
        UnaryCall.answer(client, () -> {
            ModelSpec spec = TfsModelSpec.present(request.hasModelSpec(), request.getModelSpec());
            GetModelStatusResponse.Builder response = GetModelStatusResponse.newBuilder();
            models.statuses(spec.getName(), TfsModelSpec.selector(spec))
                    .forEach(status -> response.addModelVersionStatus(status(status)));
            return response.build();
        });
    }

    @Override
    public void handleReloadConfigRequest(ReloadConfigRequest request, StreamObserver<ReloadConfigResponse> client) {
        UnaryCall.answerLater(client, call -> {
            TfsReloadGuard.Caller caller = TfsReloadGuard.caller();
            try {
                // A client that leaves gives up the answer, not the models.
                call.answer(reload(request, caller), _ -> DONE);
            } catch (ServingException | StatusRuntimeException refused) {
                LOG.warnf("a reload that %s asked for is refused: %s", caller.peer(), refused.getMessage());
                throw refused;
            }
        });
    }

    private CompletableFuture<Void> reload(ReloadConfigRequest request, TfsReloadGuard.Caller caller) {
        guard.admit(caller);
        if (!request.getConfig().hasModelConfigList()) {
            throw new ServingException(ErrorKind.INVALID_REQUEST, NOT_A_LIST);
        }
        if (TfsReloadGuard.isAboutLabels()) {
            return reload.relabel(labels(request), newLabels, String.valueOf(caller.peer()));
        }
        DesiredModels.Declaration next = config.declaration(request.getConfig());
        guard.admit(next);
        return reload.replace(next, newLabels, String.valueOf(caller.peer()));
    }

    /// A base path is no part of it: a server that does not know the header refuses a model without one.
    private static Map<String, Map<String, Long>> labels(ReloadConfigRequest request) {
        Map<String, Map<String, Long>> labels = new LinkedHashMap<>();
        for (ModelConfig model : request.getConfig().getModelConfigList().getConfigList()) {
            if (!model.equals(ModelConfig.newBuilder()
                    .setName(model.getName())
                    .putAllVersionLabels(model.getVersionLabelsMap())
                    .build())) {
                throw new ServingException(
                        ErrorKind.INVALID_REQUEST,
                        "model " + model.getName() + ": expected a name and version_labels only, because "
                                + TfsReloadGuard.RELOAD_HEADER + " says `" + TfsReloadGuard.LABELS + "`");
            }
            labels.computeIfAbsent(model.getName(), _ -> new LinkedHashMap<>()).putAll(model.getVersionLabelsMap());
        }
        return labels;
    }

    private static ModelVersionStatus status(VersionStatus status) {
        StatusProto.Builder outcome = StatusProto.newBuilder().setErrorMessage(status.message());
        ServingException error = status.error();
        if (error != null) {
            // The two lists of codes have the same numbers.
            outcome.setErrorCodeValue(TfsErrors.grpcCode(error.kind()).value());
        }
        return ModelVersionStatus.newBuilder()
                .setVersion(status.id().version())
                .setState(state(status.phase()))
                .setStatus(outcome)
                .build();
    }

    private static ModelVersionStatus.State state(VersionStatus.Phase phase) {
        return switch (phase) {
            case START -> ModelVersionStatus.State.START;
            case LOADING -> ModelVersionStatus.State.LOADING;
            case AVAILABLE -> ModelVersionStatus.State.AVAILABLE;
            case UNLOADING -> ModelVersionStatus.State.UNLOADING;
            case END -> ModelVersionStatus.State.END;
        };
    }
}
