package io.kaon.protocol.tfs;

import static io.kaon.protocol.tfs.GrpcConnection.assertFails;
import static io.kaon.protocol.tfs.GrpcConnection.spec;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.google.common.util.concurrent.ListenableFuture;
import io.grpc.Status;
import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.protocol.tfs.proto.ClassificationRequest;
import io.kaon.protocol.tfs.proto.ClassificationResponse;
import io.kaon.protocol.tfs.proto.Example;
import io.kaon.protocol.tfs.proto.ExampleList;
import io.kaon.protocol.tfs.proto.ExampleListWithContext;
import io.kaon.protocol.tfs.proto.Feature;
import io.kaon.protocol.tfs.proto.Features;
import io.kaon.protocol.tfs.proto.FloatList;
import io.kaon.protocol.tfs.proto.InferenceTask;
import io.kaon.protocol.tfs.proto.Input;
import io.kaon.protocol.tfs.proto.ModelSpec;
import io.kaon.protocol.tfs.proto.MultiInferenceRequest;
import io.kaon.protocol.tfs.proto.MultiInferenceResponse;
import io.kaon.protocol.tfs.proto.RegressionRequest;
import io.kaon.protocol.tfs.proto.RegressionResponse;
import io.kaon.tensor.NamedTensors;
import io.kaon.tensor.Shape;
import io.kaon.tensor.Tensor;
import io.kaon.testkit.Tensors;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Classify, Regress and MultiInference over a real connection. Every test ends by making sure that all leases have
/// been given back.
final class TfsExampleGrpcTest {
    private static final String CLASSIFY = "tensorflow/serving/classify";
    private static final String REGRESS = "tensorflow/serving/regress";

    private final ServedModels served = new ServedModels();
    private final GrpcConnection connection = new GrpcConnection(served, false);

    TfsExampleGrpcTest() {
        served.run = TfsExampleGrpcTest::answer;
    }

    @AfterEach
    void close() throws Exception {
        connection.close();
        served.close();
    }

    @Test
    void regressesAndSaysWhatAnswered() {
        RegressionResponse response = connection.prediction.regress(regression(spec("m"), input(1, 2.5f)));
        assertThat(response.getResult().getRegressionsList())
                .extracting(regression -> regression.getValue())
                .containsExactly(1f, 2.5f);
        assertThat(response.getModelSpec().getName()).isEqualTo("m");
        assertThat(response.getModelSpec().getVersion().getValue()).isEqualTo(10);
        assertThat(response.getModelSpec().getSignatureName()).isEqualTo("serving_default");
        assertThat(connection.onCaller).hasPositiveValue();
    }

    @Test
    void classifiesAndSaysWhatAnswered() {
        ClassificationResponse response = connection.prediction.classify(classification(spec("m"), input(1, 2.5f)));
        assertThat(response.getResult().getClassificationsList())
                .extracting(
                        row -> row.getClasses(0).getLabel(),
                        row -> row.getClasses(0).getScore(),
                        row -> row.getClassesCount())
                .containsExactly(tuple("l0", 0f, 1), tuple("l1", 0f, 1));
        assertThat(response.getModelSpec().getSignatureName()).isEqualTo("serving_default");
    }

    @Test
    void givesTheContextToExamplesThatHaveNoSuchFeature() {
        Input input = Input.newBuilder()
                .setExampleListWithContext(ExampleListWithContext.newBuilder()
                        .addExamples(Example.getDefaultInstance())
                        .addExamples(example(3))
                        .setContext(example(7)))
                .build();
        assertThat(connection
                        .prediction
                        .regress(regression(spec("m"), input))
                        .getResult()
                        .getRegressionsList())
                .extracting(regression -> regression.getValue())
                .containsExactly(7f, 3f);
    }

    @Test
    void runsSeveralSignaturesOnOneVersion() {
        MultiInferenceResponse response = connection.prediction.multiInference(MultiInferenceRequest.newBuilder()
                .addTasks(task(spec("m"), CLASSIFY))
                .addTasks(task(spec("m").setSignatureName("optional"), REGRESS))
                .setInput(input(4))
                .build());
        assertThat(response.getResultsCount()).isEqualTo(2);
        assertThat(response.getResults(0)
                        .getClassificationResult()
                        .getClassifications(0)
                        .getClasses(0)
                        .getLabel())
                .isEqualTo("l0");
        assertThat(response.getResults(1)
                        .getRegressionResult()
                        .getRegressions(0)
                        .getValue())
                .isEqualTo(4);
        assertThat(response.getResults(1).getModelSpec().getSignatureName()).isEqualTo("optional");
        assertThat(response.getResults(1).getModelSpec().getVersion().getValue())
                .isEqualTo(10);
    }

    @Test
    void refusesRequestsWithoutExamples() {
        assertInvalid(regression(spec("m"), Input.getDefaultInstance()), "Input is empty.");
        assertInvalid(regression(spec("m"), input()), "Input is empty.");
        assertMultiFails(Status.Code.INVALID_ARGUMENT, "Input is empty.", input(), task(spec("m"), REGRESS));
    }

    @Test
    void refusesModelsAndSignaturesThatAreNotThere() {
        assertInvalid(RegressionRequest.getDefaultInstance(), "Missing ModelSpec");
        assertInvalid(regression(spec(""), input(1)), "ModelSpec has no name specified.");
        assertFails(
                () -> connection.prediction.classify(classification(spec("zz"), input(1))),
                Status.Code.NOT_FOUND,
                "Servable not found for request: Latest(zz)");
        assertInvalid(
                regression(spec("m").setSignatureName("zz"), input(1)), "No signature was found with the name: zz");
    }

    @Test
    void refusesExamplesWithoutARequiredFeature() {
        Input input = Input.newBuilder()
                .setExampleList(ExampleList.newBuilder().addExamples(Example.getDefaultInstance()))
                .build();
        assertInvalid(
                regression(spec("m"), input),
                "Feature: x is required but could not be found in example 0: expected values for input `x` (FLOAT[-1]),"
                        + " got features []");
    }

    @Test
    void refusesTasksThatDoNotGoTogether() {
        assertMultiFails(Status.Code.INVALID_ARGUMENT, "ModelSpec has no name specified.", input(1));
        assertMultiFails(
                Status.Code.INVALID_ARGUMENT,
                "Found ModelSpec with an empty model name.",
                input(1),
                task(spec("m"), REGRESS),
                task(spec(""), CLASSIFY));
        assertMultiFails(
                Status.Code.INVALID_ARGUMENT,
                "All ModelSpecs in a MultiInferenceRequest must access the same model name.",
                input(1),
                task(spec("m"), REGRESS),
                task(spec("n"), CLASSIFY));
        assertMultiFails(
                Status.Code.INVALID_ARGUMENT,
                "Duplicate evaluation of signature: serving_default",
                input(1),
                task(spec("m"), REGRESS),
                task(spec("m").setSignatureName("serving_default"), CLASSIFY));
        assertMultiFails(
                Status.Code.INVALID_ARGUMENT,
                "Requested signature not found in model graph: zz",
                input(1),
                task(spec("m").setSignatureName("zz"), REGRESS));
        assertMultiFails(
                Status.Code.UNIMPLEMENTED,
                "Unsupported signature method_name: tensorflow/serving/predict",
                input(1),
                task(spec("m"), "tensorflow/serving/predict"));
    }

    @Test
    void failsAllTasksWhenOneFails() {
        served.run = _ -> {
            throw new ServingException(ErrorKind.ENGINE_FAILED, "no luck");
        };
        assertMultiFails(
                Status.Code.INTERNAL,
                "no luck",
                input(1),
                task(spec("m"), CLASSIFY),
                task(spec("m").setSignatureName("optional"), REGRESS));
    }

    @Test
    void holdsLaterTasksToTheDeadlineOfTheCall() {
        AtomicInteger runs = new AtomicInteger();
        served.run = inputs -> {
            runs.incrementAndGet();
            // The server's clock passes the deadline while the client, whose clock is another, still waits.
            served.clock.addAndGet(TimeUnit.HOURS.toNanos(2));
            return answer(inputs);
        };
        MultiInferenceRequest request = MultiInferenceRequest.newBuilder()
                .addTasks(task(spec("m"), CLASSIFY))
                .addTasks(task(spec("m").setSignatureName("optional"), REGRESS))
                .setInput(input(1))
                .build();
        assertThatThrownBy(() -> connection
                        .prediction
                        .withDeadlineAfter(1, TimeUnit.HOURS)
                        .multiInference(request))
                .satisfies(failure -> assertThat(Status.fromThrowable(failure).getCode())
                        .isIn(Status.Code.RESOURCE_EXHAUSTED, Status.Code.DEADLINE_EXCEEDED));
        assertThat(runs).hasValue(1);
    }

    @Test
    void givesTheLeaseBackWhenTheClientCancelsWhileTasksRun() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch finish = new CountDownLatch(1);
        served.run = inputs -> {
            running.countDown();
            await(finish);
            return answer(inputs);
        };
        ListenableFuture<MultiInferenceResponse> answer =
                connection.futurePrediction.multiInference(MultiInferenceRequest.newBuilder()
                        .addTasks(task(spec("m"), CLASSIFY))
                        .setInput(input(1))
                        .build());
        await(running);
        answer.cancel(true);
        served.awaitLeasesBack();
        assertThat(finish.getCount()).isOne();
        finish.countDown();
    }

    private void assertInvalid(RegressionRequest request, String message) {
        assertFails(() -> connection.prediction.regress(request), Status.Code.INVALID_ARGUMENT, message);
    }

    private void assertMultiFails(Status.Code code, String message, Input input, InferenceTask... tasks) {
        MultiInferenceRequest.Builder request =
                MultiInferenceRequest.newBuilder().setInput(input);
        for (InferenceTask task : tasks) {
            request.addTasks(task);
        }
        assertFails(() -> connection.prediction.multiInference(request.build()), code, message);
    }

    /// `y` is `x`, and the labels are numbered.
    private static NamedTensors answer(NamedTensors inputs) {
        Tensor x = requireNonNull(inputs.get("x"));
        int examples = Math.toIntExact(x.shape().dim(0));
        String[] labels = new String[examples];
        Arrays.setAll(labels, i -> "l" + i);
        return NamedTensors.of(Map.of("y", x, "label", Tensors.strings(Shape.of(examples), labels)));
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

    private static RegressionRequest regression(ModelSpec.Builder spec, Input input) {
        return RegressionRequest.newBuilder().setModelSpec(spec).setInput(input).build();
    }

    private static ClassificationRequest classification(ModelSpec.Builder spec, Input input) {
        return ClassificationRequest.newBuilder()
                .setModelSpec(spec)
                .setInput(input)
                .build();
    }

    private static InferenceTask task(ModelSpec.Builder spec, String method) {
        return InferenceTask.newBuilder()
                .setModelSpec(spec)
                .setMethodName(method)
                .build();
    }

    private static Input input(float... x) {
        ExampleList.Builder examples = ExampleList.newBuilder();
        for (float value : x) {
            examples.addExamples(example(value));
        }
        return Input.newBuilder().setExampleList(examples).build();
    }

    private static Example example(float x) {
        Feature feature = Feature.newBuilder()
                .setFloatList(FloatList.newBuilder().addValue(x))
                .build();
        return Example.newBuilder()
                .setFeatures(Features.newBuilder().putFeature("x", feature))
                .build();
    }
}
