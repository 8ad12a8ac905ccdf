package io.kaon.protocol.tfs;

import static io.kaon.protocol.tfs.GrpcConnection.INPUT_BYTES;
import static io.kaon.protocol.tfs.GrpcConnection.assertFails;
import static io.kaon.protocol.tfs.GrpcConnection.shape;
import static io.kaon.protocol.tfs.GrpcConnection.spec;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.util.concurrent.ListenableFuture;
import com.google.protobuf.ByteString;
import com.google.protobuf.Int64Value;
import io.grpc.Status;
import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.protocol.tfs.proto.DataType;
import io.kaon.protocol.tfs.proto.ModelSpec;
import io.kaon.protocol.tfs.proto.PredictRequest;
import io.kaon.protocol.tfs.proto.PredictResponse;
import io.kaon.protocol.tfs.proto.PredictionServiceGrpc;
import io.kaon.protocol.tfs.proto.TensorProto;
import io.kaon.tensor.NamedTensors;
import io.kaon.tensor.Shape;
import io.kaon.tensor.StringTensor;
import io.kaon.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Over a real connection. Every test ends by making sure that all leases have been given back.
final class TfsPredictionGrpcTest {
    private final ServedModels served = new ServedModels();
    private final GrpcConnection connection = new GrpcConnection(served, false);

    @AfterEach
    void close() throws Exception {
        connection.close();
        served.close();
    }

    @Test
    void predictsAndSaysWhatAnswered() {
        served.run = TfsPredictionGrpcTest::copyAndLabel;
        PredictResponse response = connection.prediction.predict(predict("m", 1, 2.5f));
        assertThat(response.getModelSpec().getName()).isEqualTo("m");
        assertThat(response.getModelSpec().getVersion().getValue()).isEqualTo(10);
        assertThat(response.getModelSpec().getSignatureName()).isEqualTo("serving_default");
        assertThat(response.getOutputsMap()).containsOnlyKeys("y", "label");
        assertThat(response.getOutputsOrThrow("y")).isEqualTo(floats(1, 2.5f));
        assertThat(response.getOutputsOrThrow("label").getStringValList())
                .containsExactly(ByteString.copyFrom(new byte[] {-1, 0}));
        assertThat(connection.onCaller).hasPositiveValue();
    }

    @Test
    void answersAsTensorContentWhenToldTo() throws Exception {
        served.run = TfsPredictionGrpcTest::copyAndLabel;
        GrpcConnection other = new GrpcConnection(served, true);
        TensorProto y = other.prediction.predict(predict("m", 1)).getOutputsOrThrow("y");
        other.close();
        assertThat(y.getFloatValList()).isEmpty();
        assertThat(y.getTensorContent()).isEqualTo(ByteString.fromHex("0000803f"));
    }

    @Test
    void servesTheVersionAskedFor() {
        served.run = TfsPredictionGrpcTest::copyAndLabel;
        assertThat(answeredBy(spec("m").setVersion(Int64Value.of(2)))).isEqualTo(2);
        assertThat(answeredBy(spec("m").setVersionLabel("stable"))).isEqualTo(1);
        assertThat(answeredBy(spec("m"))).isEqualTo(10);
    }

    @Test
    void returnsWhatTheFilterAsksFor() {
        served.run = inputs -> NamedTensors.of("y", copied(inputs));
        PredictResponse response = connection.prediction.predict(
                predict("m", 1).toBuilder().addOutputFilter("y").build());
        assertThat(response.getOutputsMap()).containsOnlyKeys("y");
        assertInvalid(
                predict("m", 1).toBuilder().addOutputFilter("z").build(),
                "output tensor alias not found in signature: z Outputs expected to be in the set {label,y}.");
        assertInvalid(
                predict("m", 1).toBuilder()
                        .addOutputFilter("y")
                        .addOutputFilter("y")
                        .build(),
                "duplicate output tensor alias: y");
    }

    @Test
    void refusesRequestsThatNameNoModel() {
        assertInvalid(PredictRequest.getDefaultInstance(), "Missing ModelSpec");
        assertInvalid(predict("", 1), "ModelSpec has no name specified.");
    }

    @Test
    void refusesModelsVersionsLabelsAndSignaturesThatAreNotThere() {
        assertPredictFails(predict(spec("zz")), Status.Code.NOT_FOUND, "Servable not found for request: Latest(zz)");
        assertPredictFails(
                predict(spec("m").setVersion(Int64Value.of(0))),
                Status.Code.NOT_FOUND,
                "Servable not found for request: Specific(m, 0)");
        assertInvalid(predict(spec("m").setVersionLabel("zz")), "Unrecognized servable version label: zz");
        assertPredictFails(
                predict(spec("m").setSignatureName("zz")),
                Status.Code.FAILED_PRECONDITION,
                "Serving signature key \"zz\" not found.");
    }

    @Test
    void comparesTheNumberOfInputsFirst() {
        assertInvalid(
                PredictRequest.newBuilder().setModelSpec(spec("m")).build(),
                "input size does not match signature: 0!=1 len({}) != len({x}). Sent extra: {}. "
                        + "Missing but required: {x}.");
        assertInvalid(
                predict("m", 1).toBuilder()
                        .putInputs("a", floats(1))
                        .putInputs("b", floats(1))
                        .build(),
                "input size does not match signature: 3!=1 len({a,b,x}) != len({x}). Sent extra: {a,b}. "
                        + "Missing but required: {}.");
    }

    @Test
    void comparesTheNamesOfInputsNext() {
        assertPredictFails(
                PredictRequest.newBuilder()
                        .setModelSpec(spec("m"))
                        .putInputs("a", floats(1))
                        .build(),
                Status.Code.INVALID_ARGUMENT,
                "Signature input alias: x not found in request and no default value provided. "
                        + "Inputs expected to be in the request {x}, got {a}.");
        assertInvalid(
                PredictRequest.newBuilder()
                        .setModelSpec(spec("m").setSignatureName("optional"))
                        .putInputs("x", floats(1))
                        .putInputs("zz", floats(1))
                        .build(),
                "Inputs contains invalid name. Used request inputs: {bias,x}, request input: {x,zz}.");
    }

    @Test
    void letsOptionalInputsBeLeftOut() {
        served.run = inputs -> NamedTensors.of("y", copied(inputs));
        PredictResponse response =
                connection.prediction.predict(predict(spec("m").setSignatureName("optional")));
        assertThat(response.getModelSpec().getSignatureName()).isEqualTo("optional");
        assertThat(response.getOutputsMap()).containsOnlyKeys("y");
    }

    @Test
    void refusesTensorsThatDoNotFitTheSignature() {
        PredictRequest twoDimensions = predict("m", 1).toBuilder()
                .putInputs(
                        "x", floats(1).toBuilder().setTensorShape(shape(2, 2)).build())
                .build();
        assertInvalid(twoDimensions, "input `x`: expected FLOAT[-1], got FLOAT[2,2]");
        PredictRequest noTensor = predict("m", 1).toBuilder()
                .putInputs("x", TensorProto.getDefaultInstance())
                .build();
        assertInvalid(noTensor, "tensor parsing error: x: no dtype");
    }

    @Test
    void refusesInputsOverTheLimitTogether() {
        TensorProto half =
                floats(1).toBuilder().setTensorShape(shape(INPUT_BYTES / 8 + 1)).build();
        assertPredictFails(
                PredictRequest.newBuilder()
                        .setModelSpec(spec("m").setSignatureName("optional"))
                        .putInputs("x", half)
                        .putInputs("bias", half)
                        .build(),
                Status.Code.RESOURCE_EXHAUSTED,
                "the inputs take 65544 bytes, the limit is 65536");
    }

    @ParameterizedTest
    @EnumSource(ErrorKind.class)
    void answersEveryFailureOfTheRunWithItsCode(ErrorKind kind) {
        served.run = _ -> {
            throw new ServingException(kind, "because of " + kind);
        };
        assertPredictFails(predict("m", 1), TfsErrors.grpcCode(kind), "because of " + kind);
    }

    @Test
    void hidesBugs() {
        served.run = _ -> {
            throw new IllegalStateException("secret");
        };
        assertPredictFails(predict("m", 1), Status.Code.INTERNAL, "internal error; the server's log says more");
    }

    @Test
    void refusesWhileTheServerStops() {
        served.models.refuseLeases();
        assertPredictFails(predict("m", 1), Status.Code.UNAVAILABLE, "the server is stopping");
    }

    @Test
    void givesTheLeaseBackWhenTheClientCancelsWhileTheModelRuns() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch finish = new CountDownLatch(1);
        served.run = inputs -> {
            running.countDown();
            await(finish);
            return copyAndLabel(inputs);
        };
        ListenableFuture<PredictResponse> answer = connection.futurePrediction.predict(predict("m", 1));
        await(running);
        answer.cancel(true);
        served.awaitLeasesBack();
        assertThat(finish.getCount()).isOne();
        finish.countDown();
    }

    @Test
    void refusesTheRequestForWhichThereIsNoRoomAndTheOneThatWaitedTooLong() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch finish = new CountDownLatch(1);
        AtomicInteger runs = new AtomicInteger();
        served.run = inputs -> {
            runs.incrementAndGet();
            running.countDown();
            await(finish);
            return copyAndLabel(inputs);
        };
        PredictionServiceGrpc.PredictionServiceFutureStub stub = connection.futurePrediction;
        ListenableFuture<PredictResponse> first = stub.predict(predict("m", 1));
        await(running);
        // On the same connection requests arrive in order: the second waits in the queue, the third finds it full.
        ListenableFuture<PredictResponse> second =
                stub.withDeadlineAfter(1, TimeUnit.HOURS).predict(predict("m", 2));
        ListenableFuture<PredictResponse> third = stub.predict(predict("m", 3));
        assertThat(failureOf(third).getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        served.clock.addAndGet(TimeUnit.HOURS.toNanos(2));
        finish.countDown();
        assertThat(first.get(10, TimeUnit.SECONDS).getOutputsMap()).containsKey("y");
        assertThat(failureOf(second).getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        assertThat(runs).hasValue(1);
    }

    @Test
    void givesTheLeaseBackWhenTheDeadlinePasses() throws Exception {
        CountDownLatch finish = new CountDownLatch(1);
        served.run = inputs -> {
            await(finish);
            return copyAndLabel(inputs);
        };
        ListenableFuture<PredictResponse> answer = connection
                .futurePrediction
                .withDeadlineAfter(300, TimeUnit.MILLISECONDS)
                .predict(predict("m", 1));
        assertThat(failureOf(answer).getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
        served.awaitLeasesBack();
        finish.countDown();
    }

    private long answeredBy(ModelSpec.Builder spec) {
        return connection
                .prediction
                .predict(predict(spec))
                .getModelSpec()
                .getVersion()
                .getValue();
    }

    private void assertInvalid(PredictRequest request, String message) {
        assertPredictFails(request, Status.Code.INVALID_ARGUMENT, message);
    }

    private void assertPredictFails(PredictRequest request, Status.Code code, String message) {
        assertFails(() -> connection.prediction.predict(request), code, message);
    }

    private static Status failureOf(ListenableFuture<?> answer) throws Exception {
        try {
            answer.get(10, TimeUnit.SECONDS);
        } catch (ExecutionException failed) {
            return Status.fromThrowable(failed);
        }
        throw new AssertionError("was answered");
    }

    private static void await(CountDownLatch latch) {
        try {
            if (!latch.await(10, TimeUnit.SECONDS)) {
                throw new AssertionError("waited in vain");
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static NamedTensors copyAndLabel(NamedTensors inputs) {
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        outputs.put("y", copied(inputs));
        outputs.put("label", new StringTensor(Shape.of(1), List.of(new byte[] {-1, 0})));
        return NamedTensors.of(outputs);
    }

    private static Tensor copied(NamedTensors inputs) {
        return Objects.requireNonNull(inputs.get("x"));
    }

    private static PredictRequest predict(String name, float... x) {
        return PredictRequest.newBuilder()
                .setModelSpec(spec(name))
                .putInputs("x", floats(x))
                .build();
    }

    private static PredictRequest predict(ModelSpec.Builder spec) {
        return PredictRequest.newBuilder()
                .setModelSpec(spec)
                .putInputs("x", floats(1))
                .build();
    }

    private static TensorProto floats(float... values) {
        TensorProto.Builder proto =
                TensorProto.newBuilder().setDtype(DataType.DT_FLOAT).setTensorShape(shape(values.length));
        for (float value : values) {
            proto.addFloatVal(value);
        }
        return proto.build();
    }
}
