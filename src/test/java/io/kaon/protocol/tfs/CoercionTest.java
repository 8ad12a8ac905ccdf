package io.kaon.protocol.tfs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.kaon.model.ErrorKind;
import io.kaon.model.ModelSignature;
import io.kaon.model.ServingException;
import io.kaon.protocol.tfs.proto.TensorProto;
import io.kaon.tensor.DataType;
import io.kaon.tensor.Tensor;
import io.kaon.tensor.TensorSpec;
import io.kaon.testkit.GrpcTensors;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

final class CoercionTest {
    @ParameterizedTest
    @CsvSource({
        "INT8, 128",
        "INT8, -129",
        "INT16, 32768",
        "INT16, -32769",
        "UINT8, 256",
        "UINT8, -1",
        "FLOAT, 3.5e38",
        "FLOAT, -1e39"
    })
    void onlyTheStrictServerRefusesOverRestWhatTheTypeCannotHold(DataType type, String number) {
        assertThatCode(() -> read(type, number, Coercion.REFERENCE)).doesNotThrowAnyException();
        refused(() -> read(type, number, Coercion.STRICT), number);
    }

    @ParameterizedTest
    @CsvSource({
        "INT8, 127",
        "INT8, -128",
        "INT16, 32767",
        "INT16, -32768",
        "UINT8, 255",
        "UINT8, 0",
        "INT32, -2147483648",
        "UINT32, 4294967295",
        "INT64, 9223372036854775807",
        "UINT64, 18446744073709551615",
        "FLOAT, 3.4028235e38",
        "FLOAT, Infinity",
        "FLOAT, -Infinity",
        "FLOAT, NaN",
        "FLOAT, 1e-300",
        "DOUBLE, 1e308"
    })
    void theStrictServerTakesTheWholeRangeOfEachType(DataType type, String number) {
        assertThat(read(type, number, Coercion.STRICT).type()).isEqualTo(type);
    }

    @Test
    void onlyTheStrictServerRefusesColumnsThatTheModelDoesNotHave() {
        String body = "{\"inputs\":{\"x\":[1],\"z\":[2]}}";
        assertThatCode(() -> readBody(body, DataType.FLOAT, Coercion.REFERENCE)).doesNotThrowAnyException();
        refused(() -> readBody(body, DataType.FLOAT, Coercion.STRICT), "does not have named input: z: expected x");
    }

    static Stream<Named<TensorProto>> changed() {
        return Stream.of(
                Named.of(
                        "INT8 300", proto("DT_INT8").addIntVal(1).addIntVal(300).build()),
                Named.of("INT16 -40000", proto("DT_INT16").addIntVal(-40000).build()),
                Named.of("UINT8 -1", proto("DT_UINT8").addIntVal(-1).build()),
                Named.of("UINT16 65536", proto("DT_UINT16").addIntVal(65536).build()),
                Named.of("HALF 65536", proto("DT_HALF").addHalfVal(65536).build()),
                Named.of("BFLOAT16 -1", proto("DT_BFLOAT16").addHalfVal(-1).build()),
                Named.of(
                        "BOOL 2",
                        proto("DT_BOOL")
                                .setTensorContent(ByteString.copyFrom(new byte[] {1, 2}))
                                .build()),
                Named.of(
                        "surplus",
                        proto("DT_FLOAT")
                                .setTensorShape(GrpcTensors.shape(2))
                                .addAllFloatVal(List.of(1f, 2f, 3f))
                                .build()),
                Named.of("another field", proto("DT_DOUBLE").addFloatVal(1).build()),
                Named.of(
                        "content and values",
                        proto("DT_INT8")
                                .addIntVal(1)
                                .setTensorContent(ByteString.copyFrom(new byte[2]))
                                .build()));
    }

    @ParameterizedTest
    @MethodSource("changed")
    void onlyTheStrictServerRefusesOverGrpcWhatWouldBeChanged(TensorProto proto) {
        assertThatCode(() -> decode(proto, Coercion.REFERENCE)).doesNotThrowAnyException();
        refused(() -> decode(proto, Coercion.STRICT), "input `x`: got ");
    }

    static Stream<TensorProto> kept() {
        return Stream.of(
                proto("DT_INT8").addIntVal(-128).build(),
                proto("DT_UINT16").addIntVal(65535).build(),
                proto("DT_HALF").addHalfVal(65535).build(),
                proto("DT_FLOAT").build(),
                proto("DT_FLOAT").addFloatVal(1).build(),
                proto("DT_BOOL")
                        .setTensorContent(ByteString.copyFrom(new byte[] {1, 0}))
                        .build());
    }

    @ParameterizedTest
    @MethodSource("kept")
    void theStrictServerTakesWhatLosesNothing(TensorProto proto) {
        assertThat(decode(proto, Coercion.STRICT).shape().elements()).isEqualTo(2);
    }

    private static Tensor read(DataType type, String number, Coercion coercion) {
        return readBody("{\"instances\":[" + number + "]}", type, coercion);
    }

    private static Tensor readBody(String text, DataType type, Coercion coercion) {
        byte[] body = text.getBytes(UTF_8);
        ModelSignature signature = signature(type);
        return requireNonNull(TfsJson.readPredict(body, body.length, Map.of(signature.name(), signature), coercion)
                .inputs()
                .get("x"));
    }

    private static Tensor decode(TensorProto proto, Coercion coercion) {
        PredictRequestMessage request =
                new PredictRequestMessage(null, Map.of("x", SentTensor.of(proto)), List.of(), 0);
        return requireNonNull(TfsPredictProto.inputs(signature(DataType.FLOAT), request, 1 << 20, coercion, _ -> {})
                .get("x"));
    }

    private static ModelSignature signature(DataType type) {
        return ModelSignature.of("serving_default", List.of(TensorSpec.of("x", type, null)), List.of());
    }

    private static TensorProto.Builder proto(String type) {
        return TensorProto.newBuilder()
                .setDtype(io.kaon.protocol.tfs.proto.DataType.valueOf(type))
                .setTensorShape(GrpcTensors.shape(2));
    }

    private static void refused(ThrowingCallable call, String phrase) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ServingException.class,
                        refusal -> assertThat(refusal.kind()).isEqualTo(ErrorKind.INVALID_REQUEST))
                .hasMessageContaining(phrase);
    }
}
