package io.kaon.protocol.tfs;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Int64Value;
import io.grpc.Drainable;
import io.kaon.protocol.tfs.proto.ModelSpec;
import io.kaon.protocol.tfs.proto.PredictResponse;
import io.kaon.tensor.DataType;
import io.kaon.tensor.NamedTensors;
import io.kaon.tensor.Tensor;
import io.kaon.testkit.GrpcTensors;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class PredictResponseMessageTest {
    private static final ModelSpec SPEC = ModelSpec.newBuilder()
            .setName("m")
            .setVersion(Int64Value.of(3))
            .setSignatureName("serving_default")
            .build();

    @ParameterizedTest
    @EnumSource(DataType.class)
    void writesByteByByteWhatProtobufWrites(DataType type) throws IOException {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            Map<String, Tensor> outputs = new LinkedHashMap<>();
            PredictResponse.Builder values = PredictResponse.newBuilder().setModelSpec(SPEC);
            PredictResponse.Builder contents = PredictResponse.newBuilder().setModelSpec(SPEC);
            for (int output = random.nextInt(3); output >= 0; output--) {
                Tensor tensor = TfsTensorProtoTest.randomTensor(type, random);
                String name = "y".repeat(random.nextInt(200)) + output;
                outputs.put(name, tensor);
                values.putOutputs(name, GrpcTensors.values(tensor));
                contents.putOutputs(name, GrpcTensors.content(tensor));
            }
            assertThat(written(outputs, TfsTensorProto.Form.VALUES))
                    .isEqualTo(values.build().toByteArray());
            assertThat(written(outputs, TfsTensorProto.Form.CONTENT))
                    .isEqualTo(contents.build().toByteArray());
        }
    }

    @Test
    void drainsWhatHasNotBeenRead() throws IOException {
        byte[] expected = written(Map.of(), TfsTensorProto.Form.VALUES);
        InputStream stream =
                PredictResponseMessage.of(SPEC, NamedTensors.of(Map.of()), TfsTensorProto.Form.VALUES).stream();
        assertThat(stream.available()).isEqualTo(expected.length);
        ByteArrayOutputStream target = new ByteArrayOutputStream();
        target.write(stream.read());
        assertThat(((Drainable) stream).drainTo(target)).isEqualTo(expected.length - 1);
        assertThat(target.toByteArray()).isEqualTo(expected);
        assertThat(stream.available()).isZero();
    }

    private static byte[] written(Map<String, Tensor> outputs, TfsTensorProto.Form form) throws IOException {
        return PredictResponseMessage.of(SPEC, NamedTensors.of(outputs), form).stream()
                .readAllBytes();
    }
}
