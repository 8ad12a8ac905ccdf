package clients;

import com.google.protobuf.Int64Value;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.tensorflow.framework.DataType;
import org.tensorflow.framework.TensorProto;
import org.tensorflow.framework.TensorShapeProto;
import tensorflow.serving.Model.ModelSpec;
import tensorflow.serving.Predict.PredictRequest;
import tensorflow.serving.Predict.PredictResponse;
import tensorflow.serving.PredictionServiceGrpc;

/// Calls a running Kaon with stubs that another project generated from TensorFlow Serving's protos, years ago.
///
/// Arguments: the gRPC port, and the file of held-out digits that `models/train_mnist.py` wrote.
public final class Check {
    private static final int PIXELS = 28 * 28;
    private static final int DIGITS = 50;

    private final PredictionServiceGrpc.PredictionServiceBlockingStub stub;

    private Check(ManagedChannel channel) {
        stub = PredictionServiceGrpc.newBlockingStub(channel);
    }

    public static void main(String[] arguments) throws IOException {
        ManagedChannel channel = NettyChannelBuilder.forAddress("localhost", Integer.parseInt(arguments[0]))
                .usePlaintext()
                .build();
        try {
            Check check = new Check(channel);
            check.halfPlusTwo();
            for (String model : List.of("mnist", "mnist_savedmodel")) {
                check.digits(model, ByteBuffer.wrap(Files.readAllBytes(Path.of(arguments[1]))));
            }
            check.failures();
        } finally {
            channel.shutdownNow();
        }
    }

    private void halfPlusTwo() {
        TensorProto.Builder x = tensor(3);
        List.of(1f, 2f, 5f).forEach(x::addFloatVal);
        PredictResponse answer = predict("half_plus_two", "x", x);
        expect(List.of(2.5f, 3f, 4.5f), answer.getOutputsOrThrow("y").getFloatValList());
        System.out.println("passed: half_plus_two");
    }

    /// Each picture alone; the answer has its probabilities in the typed list, as this client expects.
    private void digits(String model, ByteBuffer file) {
        file.order(ByteOrder.LITTLE_ENDIAN).getInt();
        int right = 0;
        for (int digit = 0; digit < DIGITS; digit++) {
            int label = file.get();
            TensorProto.Builder image = tensor(1, 28, 28);
            for (int pixel = 0; pixel < PIXELS; pixel++) {
                image.addFloatVal(Byte.toUnsignedInt(file.get()));
            }
            List<Float> probabilities = predict(model, "image", image)
                    .getOutputsOrThrow("probabilities")
                    .getFloatValList();
            expect(10, probabilities.size());
            int best = 0;
            for (int i = 1; i < probabilities.size(); i++) {
                best = probabilities.get(i) > probabilities.get(best) ? i : best;
            }
            right += best == label ? 1 : 0;
        }
        if (right < DIGITS * 0.98) {
            throw new AssertionError("only " + right + " of " + DIGITS + " digits are right");
        }
        System.out.println("passed: " + model);
    }

    private void failures() {
        try {
            predict("nope", "x", tensor());
            throw new AssertionError("expected NOT_FOUND");
        } catch (StatusRuntimeException refused) {
            expect(Status.Code.NOT_FOUND, refused.getStatus().getCode());
        }
        System.out.println("passed: failures");
    }

    private PredictResponse predict(String model, String input, TensorProto.Builder tensor) {
        return stub.withDeadlineAfter(30, TimeUnit.SECONDS)
                .predict(PredictRequest.newBuilder()
                        .setModelSpec(ModelSpec.newBuilder()
                                .setName(model)
                                .setVersion(Int64Value.newBuilder().setValue(1)))
                        .putInputs(input, tensor.build())
                        .build());
    }

    private static TensorProto.Builder tensor(long... dims) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
        for (long dim : dims) {
            shape.addDimBuilder().setSize(dim);
        }
        return TensorProto.newBuilder().setDtype(DataType.DT_FLOAT).setTensorShape(shape);
    }

    private static void expect(Object expected, Object got) {
        if (!expected.equals(got)) {
            throw new AssertionError("expected " + expected + ", got " + got);
        }
    }
}
