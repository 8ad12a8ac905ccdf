package io.kaon.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.kaon.protocol.tfs.proto.DataType;
import io.kaon.protocol.tfs.proto.ModelSpec;
import io.kaon.protocol.tfs.proto.PredictRequest;
import io.kaon.protocol.tfs.proto.PredictionServiceGrpc;
import io.kaon.protocol.tfs.proto.TensorProto;
import io.kaon.testkit.GrpcTensors;
import io.kaon.testkit.RawConnection;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Requests whose values contradict themselves or the model, against a server with a small heap and small
/// limits. It answers each with a clear error, and is alive and correct after it.
final class HostileValuesIT {
    @TempDir
    private static Path models;

    private static SmallServer server;

    @BeforeAll
    static void start() throws IOException {
        server = SmallServer.start(models);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @AfterEach
    void isAliveAndCorrect() {
        server.assertAliveAndCorrect();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
                    m    | nonsense                                     | JSON Parse error
                    m    | {"instances":[1,2                            | JSON Parse error
                    m    | [1]                                          | Is not object
                    m    | {"instances":["a"]}                          | not of expected type: float
                    m    | {"instances":[true]}                         | not of expected type: float
                    m    | {"instances":[[1,2],[3]]}                    | Expecting tensor size
                    m    | {"instances":[[1,2],[3,4]]}                  | expected FLOAT[batch], got FLOAT[2,2]
                    m    | {"inputs":5}                                 | expected FLOAT[batch], got FLOAT[]
                    m    | {"inputs":{"z":[1]}}                         | Missing named input: x
                    m    | {"instances":[{"x":1,"z":2}]}                | does not have named input
                    pair | {"instances":[{"a":[1,2]}]}                  | keys must be equal to
                    pair | {"instances":[{"a":[1,2,3],"b":[1,2,3]}]}    | expected FLOAT[n,2], got FLOAT[1,3]
                    pair | {"inputs":{"a":[[1,2],[3,4]],"b":[[5,6]]}}   | dimension `n` has the size 2 in input `a`
                    text | {"instances":[1]}                            | not of expected type: string
                    """)
    void refusesWhatContradictsTheSignature(String model, String body, String phrase) {
        HttpResponse<String> answer = server.http().post("/v1/models/" + model + ":predict", body);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).startsWith("{").contains("\"error\": ").contains(phrase);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[", "{\"a\":"})
    void refusesDeepNesting(String opening) {
        String body = "{\"instances\":" + opening.repeat(100_000);
        HttpResponse<String> answer = server.http().post("/v1/models/m:predict", body);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("JSON Parse error");
    }

    @Test
    void takesNotANumberAndInfinitiesForWhatTheyAre() {
        HttpResponse<String> answer =
                server.http().post("/v1/models/m:predict", "{\"instances\":[NaN, Infinity, -Infinity, 1e39]}");
        assertThat(answer.body().replaceAll("\\s", ""))
                .isEqualTo("{\"predictions\":[NaN,Infinity,-Infinity,Infinity]}");
    }

    @Test
    void refusesTextThatIsNotUtf8() throws IOException {
        byte[] invalid = {(byte) 0xff};
        try (RawConnection connection = new RawConnection(server.http().restPort())) {
            String head = "POST /v1/models/text:predict HTTP/1.1\r\nHost: x\r\nContent-Length: 19\r\n\r\n";
            String answer = connection
                    .send(head + "{\"instances\":[\"")
                    .send(invalid)
                    .send("\"]}")
                    .answer();
            assertThat(answer).startsWith("HTTP/1.1 400 ").contains("UTF-8");
        }
        TensorProto tensor = TensorProto.newBuilder()
                .setDtype(DataType.DT_STRING)
                .setTensorShape(GrpcTensors.shape(1))
                .addStringVal(ByteString.copyFrom(invalid))
                .build();
        assertThatThrownBy(server.predicting("text", tensor))
                .satisfies(SmallServer.isStatus(Status.Code.INVALID_ARGUMENT, "UTF-8"));
    }

    @Test
    void refusesAGrpcTensorThatPromisesGigabytesInTenBytes() {
        TensorProto tensor = TensorProto.newBuilder()
                .setDtype(DataType.DT_FLOAT)
                .setTensorShape(GrpcTensors.shape(1L << 40))
                .addFloatVal(1)
                .build();
        assertThat(tensor.getSerializedSize()).isLessThan(30);
        assertThatThrownBy(server.predicting("m", tensor))
                .satisfies(SmallServer.isStatus(Status.Code.RESOURCE_EXHAUSTED, Long.toString(1L << 42)));
    }

    @Test
    void refusesGrpcTensorsWhoseRowsAreNotEquallyMany() {
        PredictRequest uneven = PredictRequest.newBuilder()
                .setModelSpec(ModelSpec.newBuilder().setName("pair"))
                .putInputs("a", GrpcTensors.floats(new float[4], 2, 2))
                .putInputs("b", GrpcTensors.floats(new float[2], 1, 2))
                .build();
        assertThatThrownBy(() ->
                        PredictionServiceGrpc.newBlockingStub(server.channel()).predict(uneven))
                .satisfies(SmallServer.isStatus(
                        Status.Code.INVALID_ARGUMENT,
                        "dimension `n` has the size 2 in input `a` (FLOAT[n,2], got FLOAT[2,2]) and 1 in input `b` "
                                + "(FLOAT[n,2], got FLOAT[1,2]): expected the same size"));
    }

    @Test
    void refusesAGrpcTensorOfTheWrongShape() {
        assertThatThrownBy(server.predicting("m", GrpcTensors.floats(new float[4], 2, 2)))
                .satisfies(SmallServer.isStatus(Status.Code.INVALID_ARGUMENT, "expected FLOAT[batch], got FLOAT[2,2]"));
    }
}
