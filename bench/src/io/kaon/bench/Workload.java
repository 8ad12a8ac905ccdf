package io.kaon.bench;

import com.google.protobuf.ByteString;
import io.kaon.protocol.tfs.proto.TensorProto;
import io.kaon.tensor.Shape;
import io.kaon.tensor.Tensor;
import io.kaon.testkit.GrpcTensors;
import io.kaon.testkit.JsonTensors;
import io.kaon.testkit.Tensors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/// One request, sent over and over.
///
/// @param name as the table shows it
/// @param input what the model's input `x` gets
/// @param json a file with the body for REST; for [BenchModels#RESNET] there is none
/// @param frame a file with the message for gRPC and its length before it, as HTTP/2 carries it
record Workload(String name, String model, Tensor input, Path json, Path frame) {
    /// Bytes before each gRPC message: whether it is compressed, and its length.
    private static final int FRAME_HEAD = 5;

    static Workload half(Path folder) throws IOException {
        return write(folder, BenchModels.HALF, BenchModels.HALF, Tensors.floats(1, 2, 5), false);
    }

    static Workload mlp(Path folder, int rows) throws IOException {
        Tensor input = Tensors.floats(Shape.of(rows, Requests.MLP_INPUTS), Requests.floats(rows * Requests.MLP_INPUTS));
        return write(folder, "mlp x" + rows, BenchModels.MLP, input, false);
    }

    static Workload strings(Path folder) throws IOException {
        return write(folder, "strings x64", BenchModels.STRINGS, Requests.words(64), false);
    }

    static Workload resnet(Path folder) throws IOException {
        Tensor input = Tensors.floats(Shape.of(1, 3, 224, 224), Requests.floats(3 * 224 * 224));
        return write(folder, BenchModels.RESNET, BenchModels.RESNET, input, true);
    }

    static Workload slow(Path folder) throws IOException {
        return write(
                folder, BenchModels.SLOW, BenchModels.SLOW, Tensors.floats(Shape.of(1, 256), new float[256]), false);
    }

    private static Workload write(Path folder, String name, String model, Tensor input, boolean content)
            throws IOException {
        Files.createDirectories(folder);
        String file = name.replace(' ', '-');
        Path json = folder.resolve(file + ".json").toAbsolutePath();
        Path frame = folder.resolve(file + ".grpc").toAbsolutePath();
        if (!content) {
            Files.writeString(json, JsonTensors.rows(input));
        }
        if (model.equals(BenchModels.MLP)) {
            Files.writeString(kserve(json), kserveBody(input));
        }
        TensorProto tensor = content ? GrpcTensors.content(input) : GrpcTensors.values(input);
        byte[] message = GrpcTensors.predict(model, "x", tensor).toByteArray();
        byte[] framed = new byte[FRAME_HEAD + message.length];
        ByteBuffer.wrap(framed).put((byte) 0).putInt(message.length).put(message);
        Files.write(frame, framed);
        return new Workload(name, model, input, json, frame);
    }

    /// A file with the body for servers that know KServe's API instead.
    Path kserve() {
        return kserve(json);
    }

    private static Path kserve(Path json) {
        return json.resolveSibling("kserve-" + json.getFileName());
    }

    private static String kserveBody(Tensor input) {
        String rows = JsonTensors.rows(input);
        return "{\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":" + input.shape() + ",\"data\":"
                + rows.substring(rows.indexOf('['), rows.lastIndexOf(']') + 1) + "}]}";
    }

    /// The gRPC message.
    ByteString message() throws IOException {
        byte[] framed = Files.readAllBytes(frame);
        return ByteString.copyFrom(framed, FRAME_HEAD, framed.length - FRAME_HEAD);
    }
}
