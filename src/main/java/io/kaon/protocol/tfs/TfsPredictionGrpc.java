package io.kaon.protocol.tfs;

import static io.grpc.stub.ServerCalls.asyncUnaryCall;

import com.google.protobuf.Any;
import io.grpc.Context;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.stub.StreamObserver;
import io.kaon.batch.Deadline;
import io.kaon.model.ErrorKind;
import io.kaon.model.ModelSignature;
import io.kaon.model.ServingException;
import io.kaon.protocol.tfs.TfsMetrics.Api;
import io.kaon.protocol.tfs.example.ClassifyMethod;
import io.kaon.protocol.tfs.example.ExampleInputs;
import io.kaon.protocol.tfs.example.ExampleMethod;
import io.kaon.protocol.tfs.example.Examples;
import io.kaon.protocol.tfs.example.RegressMethod;
import io.kaon.protocol.tfs.proto.ClassificationRequest;
import io.kaon.protocol.tfs.proto.ClassificationResponse;
import io.kaon.protocol.tfs.proto.GetModelMetadataRequest;
import io.kaon.protocol.tfs.proto.GetModelMetadataResponse;
import io.kaon.protocol.tfs.proto.Input;
import io.kaon.protocol.tfs.proto.ModelSpec;
import io.kaon.protocol.tfs.proto.MultiInferenceRequest;
import io.kaon.protocol.tfs.proto.MultiInferenceResponse;
import io.kaon.protocol.tfs.proto.PredictionServiceGrpc;
import io.kaon.protocol.tfs.proto.RegressionRequest;
import io.kaon.protocol.tfs.proto.RegressionResponse;
import io.kaon.serving.InFlightBytes;
import io.kaon.serving.ModelLease;
import io.kaon.serving.ServingModels;
import io.kaon.tensor.NamedTensors;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/// Inference over gRPC. Nothing here blocks, so calls may run on the event loop of their connection.
public final class TfsPredictionGrpc {
    private static final String SIGNATURE_DEF = "signature_def";

    /// A message counts for what it becomes on its way, an answer of this many times its size among that.
    private static final long COUNTED = 3;

    private static final long SMALL_ANSWER = 64 << 10;

    private final TfsModels models;
    private final InFlightBytes inFlight;
    private final TfsTensorProto.Form form;
    private final Coercion coercion;
    private final Supplier<Executor> caller;
    private final TfsMetrics metrics;
    private final LongSupplier clock;

    /// @param caller the event loop of the current thread: where results complete
    /// @param clock nanoseconds, as [System#nanoTime()]
    public TfsPredictionGrpc(
            ServingModels models,
            TfsGrpcOptions options,
            Supplier<Executor> caller,
            TfsMetrics metrics,
            LongSupplier clock) {
        this.models = new TfsModels(models);
        this.inFlight = options.inFlight();
        this.form = options.tensorContent() ? TfsTensorProto.Form.CONTENT : TfsTensorProto.Form.VALUES;
        this.coercion = options.coercion();
        this.caller = caller;
        this.metrics = metrics;
        this.clock = clock;
    }

    /// The service as a server takes it.
    public ServerServiceDefinition bind() {
        ServiceDescriptor described = ServiceDescriptor.newBuilder(PredictionServiceGrpc.SERVICE_NAME)
                .setSchemaDescriptor(
                        PredictionServiceGrpc.getServiceDescriptor().getSchemaDescriptor())
                .addMethod(PredictMarshallers.METHOD)
                .addMethod(PredictionServiceGrpc.getGetModelMetadataMethod())
                .addMethod(PredictionServiceGrpc.getClassifyMethod())
                .addMethod(PredictionServiceGrpc.getRegressMethod())
                .addMethod(PredictionServiceGrpc.getMultiInferenceMethod())
                .build();
        return ServerServiceDefinition.builder(described)
                .addMethod(PredictMarshallers.METHOD, asyncUnaryCall(this::predict))
                .addMethod(PredictionServiceGrpc.getGetModelMetadataMethod(), asyncUnaryCall(this::getModelMetadata))
                .addMethod(PredictionServiceGrpc.getClassifyMethod(), asyncUnaryCall(this::classify))
                .addMethod(PredictionServiceGrpc.getRegressMethod(), asyncUnaryCall(this::regress))
                .addMethod(PredictionServiceGrpc.getMultiInferenceMethod(), asyncUnaryCall(this::multiInference))
                .build();
    }

    private void predict(PredictRequestMessage request, StreamObserver<PredictResponseMessage> client) {
        ModelSpec sent = request.spec() == null ? ModelSpec.getDefaultInstance() : request.spec();
        TfsMetrics.Call measured = measured(Api.PREDICT, sent);
        UnaryCall.answerLater(client, measured, call -> {
            ModelSpec spec = TfsModelSpec.named(request.spec() != null, sent);
            ModelLease lease = lease(call, spec);
            ModelSignature signature = TfsModels.grpcSignature(lease, spec.getSignatureName());
            NamedTensors inputs =
                    TfsPredictProto.inputs(signature, request, inFlight.limit(), coercion, bytes -> hold(call, bytes));
            Set<String> wanted = TfsPredictProto.outputFilter(signature, request);
            measured.runs(lease);
            call.answer(lease.infer(signature, inputs, wanted, deadline(), caller.get()), outputs -> {
                holdBeyond(call, outputs.byteSize() - COUNTED * request.size());
                return TfsPredictProto.answer(lease.id(), signature, outputs, form);
            });
        });
    }

    private void getModelMetadata(GetModelMetadataRequest request, StreamObserver<GetModelMetadataResponse> client) {
        UnaryCall.answer(client, () -> {
            ModelSpec spec = TfsModelSpec.present(request.hasModelSpec(), request.getModelSpec());
            checkFields(request.getMetadataFieldList());
            TfsModelSpec.named(true, spec);
            try (ModelLease lease = models.lease(spec.getName(), TfsModelSpec.selector(spec))) {
                return GetModelMetadataResponse.newBuilder()
                        .setModelSpec(TfsModelSpec.resolved(lease.id()))
                        .putMetadata(SIGNATURE_DEF, Any.pack(TfsMetadata.signatureDefMap(lease.signatures())))
                        .build();
            }
        });
    }

    private void classify(ClassificationRequest request, StreamObserver<ClassificationResponse> client) {
        TfsMetrics.Call measured = measured(Api.CLASSIFY, request.getModelSpec());
        UnaryCall.answerLater(client, measured, call -> {
            ModelLease lease = lease(call, TfsModelSpec.named(request.hasModelSpec(), request.getModelSpec()));
            ClassifyMethod method = ClassifyMethod.of(signature(lease, request.getModelSpec()), lease.outputs());
            Examples examples = examples(measured, lease, request.getInput());
            call.answer(
                    infer(lease, method, examples, deadline()),
                    outputs -> ClassificationResponse.newBuilder()
                            .setResult(TfsExampleProto.result(method.result(outputs, examples.count())))
                            .setModelSpec(TfsExampleProto.spec(lease.id(), method))
                            .build());
        });
    }

    private void regress(RegressionRequest request, StreamObserver<RegressionResponse> client) {
        TfsMetrics.Call measured = measured(Api.REGRESS, request.getModelSpec());
        UnaryCall.answerLater(client, measured, call -> {
            ModelLease lease = lease(call, TfsModelSpec.named(request.hasModelSpec(), request.getModelSpec()));
            RegressMethod method = RegressMethod.of(signature(lease, request.getModelSpec()), lease.outputs());
            Examples examples = examples(measured, lease, request.getInput());
            call.answer(
                    infer(lease, method, examples, deadline()),
                    outputs -> RegressionResponse.newBuilder()
                            .setResult(TfsExampleProto.result(method.result(outputs, examples.count())))
                            .setModelSpec(TfsExampleProto.spec(lease.id(), method))
                            .build());
        });
    }

    private void multiInference(MultiInferenceRequest request, StreamObserver<MultiInferenceResponse> client) {
        TfsMetrics.Call measured = measured(
                Api.MULTI_INFERENCE,
                request.getTasksCount() == 0
                        ? ModelSpec.getDefaultInstance()
                        : request.getTasks(0).getModelSpec());
        UnaryCall.answerLater(client, measured, call -> {
            ModelLease lease = lease(call, InferenceTasks.model(request));
            List<ExampleMethod> methods = InferenceTasks.methods(request, lease.signatures(), lease.outputs());
            // Later tasks start where nothing tells the call's deadline any more.
            Deadline deadline = deadline();
            Examples examples = examples(measured, lease, request.getInput());
            call.answer(
                    InferenceTasks.run(methods, method -> infer(lease, method, examples, deadline)),
                    outputs -> InferenceTasks.response(lease.id(), methods, outputs, examples.count()));
        });
    }

    private TfsMetrics.Call measured(Api api, ModelSpec spec) {
        return metrics.new Call(TfsMetrics.Entrypoint.GRPC, api, spec.getName());
    }

    private static Examples examples(TfsMetrics.Call measured, ModelLease lease, Input input) {
        Examples examples = TfsExampleProto.examples(input);
        measured.examples(examples.count());
        measured.runs(lease);
        return examples;
    }

    /// Borrows what the spec asks for until the call ends.
    private ModelLease lease(UnaryCall<?> call, ModelSpec spec) {
        ModelLease lease = models.lease(spec.getName(), TfsModelSpec.selector(spec));
        call.atEnd(lease::close);
        lease.admit();
        return lease;
    }

    /// An answer that is much larger than what is counted for its request must find room; from the end of the call on
    /// it is counted until the client has read it.
    private void holdBeyond(UnaryCall<?> call, long bytes) {
        if (bytes > SMALL_ANSWER) {
            hold(call, bytes);
        }
    }

    /// Sets bytes aside until the call ends.
    private void hold(UnaryCall<?> call, long bytes) {
        inFlight.reserve(bytes);
        call.atEnd(() -> inFlight.release(bytes));
    }

    private static ModelSignature signature(ModelLease lease, ModelSpec spec) {
        return TfsModels.exampleSignature(lease, spec.getSignatureName());
    }

    private CompletableFuture<NamedTensors> infer(
            ModelLease lease, ExampleMethod method, Examples examples, Deadline deadline) {
        NamedTensors inputs = ExampleInputs.of(method.signature(), examples, inFlight.limit());
        return lease.infer(method.signature(), inputs, method.outputs(), deadline, caller.get());
    }

    private Deadline deadline() {
        io.grpc.Deadline deadline = Context.current().getDeadline();
        return deadline == null
                ? Deadline.NEVER
                : Deadline.after(clock.getAsLong(), Duration.ofNanos(deadline.timeRemaining(TimeUnit.NANOSECONDS)));
    }

    private static void checkFields(List<String> fields) {
        if (fields.isEmpty()) {
            throw new ServingException(
                    ErrorKind.INVALID_REQUEST, "GetModelMetadataRequest must specify at least one metadata_field");
        }
        for (String field : fields) {
            if (!field.equals(SIGNATURE_DEF)) {
                throw new ServingException(ErrorKind.INVALID_REQUEST, "Metadata field " + field + " is not supported");
            }
        }
    }
}
