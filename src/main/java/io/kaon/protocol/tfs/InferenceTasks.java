package io.kaon.protocol.tfs;

import io.kaon.model.ErrorKind;
import io.kaon.model.ExampleOutputs;
import io.kaon.model.ModelId;
import io.kaon.model.ModelSignature;
import io.kaon.model.ServingException;
import io.kaon.protocol.tfs.example.ClassifyMethod;
import io.kaon.protocol.tfs.example.ExampleMethod;
import io.kaon.protocol.tfs.example.RegressMethod;
import io.kaon.protocol.tfs.proto.InferenceTask;
import io.kaon.protocol.tfs.proto.ModelSpec;
import io.kaon.protocol.tfs.proto.MultiInferenceRequest;
import io.kaon.protocol.tfs.proto.MultiInferenceResponse;
import io.kaon.tensor.NamedTensors;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/// The tasks of a MultiInference request: several signatures of one version, on the same examples.
final class InferenceTasks {
    private static final String CLASSIFY = "tensorflow/serving/classify";
    private static final String REGRESS = "tensorflow/serving/regress";

    private InferenceTasks() {}

    /// The model, and the version of it that all tasks run on: what the first task asks for.
    ///
    /// @throws ServingException INVALID_REQUEST
    static ModelSpec model(MultiInferenceRequest request) {
        ModelSpec first = request.getTasksCount() == 0
                ? ModelSpec.getDefaultInstance()
                : request.getTasks(0).getModelSpec();
        return TfsModelSpec.named(true, first);
    }

    /// One per task. Tasks are checked one after the other, each wholly.
    ///
    /// @throws ServingException INVALID_REQUEST or UNSUPPORTED
    static List<ExampleMethod> methods(
            MultiInferenceRequest request, Map<String, ModelSignature> signatures, ExampleOutputs declared) {
        String model = model(request).getName();
        Set<String> seen = new HashSet<>();
        List<ExampleMethod> methods = new ArrayList<>();
        for (InferenceTask task : request.getTasksList()) {
            ModelSpec spec = task.getModelSpec();
            if (spec.getName().isEmpty()) {
                throw invalid("Found ModelSpec with an empty model name.");
            }
            if (!spec.getName().equals(model)) {
                throw invalid("All ModelSpecs in a MultiInferenceRequest must access the same model name.");
            }
            String name = spec.getSignatureName().isEmpty() ? ModelSignature.DEFAULT_NAME : spec.getSignatureName();
            if (!seen.add(name)) {
                throw invalid("Duplicate evaluation of signature: " + name);
            }
            ModelSignature signature = signatures.get(name);
            if (signature == null) {
                throw invalid("Requested signature not found in model graph: " + name);
            }
            methods.add(
                    switch (task.getMethodName()) {
                        case CLASSIFY -> ClassifyMethod.of(signature, declared);
                        case REGRESS -> RegressMethod.of(signature, declared);
                        default ->
                            throw new ServingException(
                                    ErrorKind.UNSUPPORTED,
                                    "Unsupported signature method_name: " + task.getMethodName());
                    });
        }
        return methods;
    }

    /// Runs the methods one after the other, so that a request of many tasks takes one place in the queue and not
    /// several. The first failure ends it; when the result is cancelled, so is what runs then, and no more is run.
    ///
    /// @return the outputs of each
    static CompletableFuture<List<NamedTensors>> run(
            List<ExampleMethod> methods, Function<ExampleMethod, CompletableFuture<NamedTensors>> infer) {
        CompletableFuture<List<NamedTensors>> all = new CompletableFuture<>();
        runFrom(0, methods, infer, new ArrayList<>(), all);
        return all;
    }

    private static void runFrom(
            int next,
            List<ExampleMethod> methods,
            Function<ExampleMethod, CompletableFuture<NamedTensors>> infer,
            List<NamedTensors> done,
            CompletableFuture<List<NamedTensors>> all) {
        if (all.isDone()) {
            return;
        }
        if (next == methods.size()) {
            all.complete(done);
            return;
        }
        CompletableFuture<NamedTensors> run = infer.apply(methods.get(next));
        CompletableFuture<?> _ = all.exceptionally(_ -> {
            run.cancel(false);
            return List.of();
        });
        CompletableFuture<?> _ = run.thenAccept(outputs -> {
                    done.add(outputs);
                    runFrom(next + 1, methods, infer, done, all);
                })
                .exceptionally(failure -> {
                    all.completeExceptionally(failure);
                    return null;
                });
    }

    /// @param outputs those of each method
    static MultiInferenceResponse response(
            ModelId id, List<ExampleMethod> methods, List<NamedTensors> outputs, int examples) {
        MultiInferenceResponse.Builder response = MultiInferenceResponse.newBuilder();
        for (int i = 0; i < methods.size(); i++) {
            ExampleMethod method = methods.get(i);
            response.addResults(
                    TfsExampleProto.result(TfsExampleProto.spec(id, method), method.result(outputs.get(i), examples)));
        }
        return response.build();
    }

    private static ServingException invalid(String message) {
        return new ServingException(ErrorKind.INVALID_REQUEST, message);
    }
}
