package io.kaon.protocol.tfs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kaon.model.ErrorKind;
import io.kaon.model.ModelSignature;
import io.kaon.model.ServingException;
import io.kaon.tensor.DataType;
import io.kaon.tensor.DenseTensor;
import io.kaon.tensor.Shape;
import io.kaon.tensor.TensorSpec;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// Numeric tensors as base64 of their bytes, through whole bodies. Places in bodies that read `@n` stand for a base64
/// object of the bytes 0, 1, 0, 1 … of that length.
final class RawBlockTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {"instances":[@24]}              | -1 2 3  | 1 2 3
                    {"instances":[@24,@24]}          | -1 2 3  | 2 2 3
                    {"instances":[{"x":@24}]}        | -1 2 3  | 1 2 3
                    {"instances":[{"x":@8},{"x":@8}]} | -1 2   | 2 2
                    {"instances":[@4,@4]}            | -1      | 2
                    {"instances":[@24]}              | 1 2 3   | 1 2 3
                    {"instances":[@24]}              | -1 -1 3 | 1 2 3
                    {"instances":[@0]}               | -1 -1 3 | 1 0 3
                    {"instances":[[@12,@12]]}        | -1 2 3  | 1 2 3
                    {"instances":[@8,[1,2],@8]}      | -1 2    | 3 2
                    {"instances":[[1,2],@8,[1,2]]}   | -1 2    | 3 2
                    {"inputs":@24}                   | -1 2 3  | 1 2 3
                    {"inputs":{"x":@48}}             | -1 2 3  | 2 2 3
                    {"inputs":[@24,@24]}             | -1 2 3  | 2 2 3
                    {"inputs":@4}                    | ''      | ''
                    {"inputs":@24}                   | 2 3     | 2 3
                    """)
    void takesTheBytesOfEverythingInsideOfTheirPlace(String body, String declared, String shape) {
        DenseTensor tensor = read(body, DataType.FLOAT, shape(declared));
        assertThat(tensor.shape()).isEqualTo(shape(shape));
        if (!body.contains(",2]")) {
            assertThat(tensor.data().toArray(ValueLayout.JAVA_BYTE)).isEqualTo(bytes((int) tensor.byteSize()));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {"instances":[@23]}              | -1 2 3   | expected 24 bytes for FLOAT[2,3], got 23
                    {"instances":[@24,@20]}          | -1 2 3   | Failed to process element: 1 of 'instances' list
                    {"instances":[@24,@12]}          | -1 -1 3  | Expecting tensor size: 6 but got: 3
                    {"inputs":[@24,@12]}             | -1 -1 3  | Expecting shape [2,3] but got: [1,3]
                    {"inputs":@25}                   | -1 2 3   | expected a multiple of 24 bytes for FLOAT[-1,2,3], got 25
                    {"inputs":@24}                   | -1 -1 3  | more than one size is unknown
                    {"inputs":@0}                    | -1 0     | expected a multiple of 0 bytes
                    {"instances":[@4]}               | ''       | too few dimensions
                    {"inputs":[@4]}                  | ''       | too few dimensions
                    {"inputs":[@24,[[1,2,3],[1,2,3]]]} | -1 2 3 | unexpected level
                    {"inputs":[1,@4]}                | -1       | not of expected type: float
                    {"inputs":[[[1,2,3],[1,2,3]],@24]} | -1 2 3 | found at incorrect level
                    {"inputs":[@24,5]}               | -1 2 3   | not of expected type: float
                    {"inputs":[[@4],[1]]}            | -1 2 3   | expected 12 bytes for FLOAT[3], got 4
                    {"inputs":{"b64":"%%"}}          | -1       | Unable to base64 decode
                    """)
    void saysExpectedAndGot(String body, String declared, String phrase) {
        assertThat(fault(body, DataType.FLOAT, shape(declared))).contains(phrase);
    }

    @Test
    void keepsTheTypeErrorWhereNoShapeIsDeclared() {
        assertThat(fault("{\"instances\":[@4]}", DataType.FLOAT, null))
                .contains("is not of expected type: float", "FLOAT of any shape");
    }

    @ParameterizedTest
    @EnumSource(names = "STRING", mode = EnumSource.Mode.EXCLUDE)
    void takesEveryTypeThatHasBytesAndThoseThatJsonCannotCarryToo(DataType type) {
        int row = 3 * type.bytes();
        DenseTensor tensor = read("{\"instances\":[@" + row + ",@" + row + "]}", type, Shape.of(-1, 3));
        assertThat(tensor.describe()).isEqualTo(type + "[2,3]");
    }

    @Test
    void refusesFlagsThatAreNeitherTrueNorFalse() {
        String body =
                "{\"instances\":[{\"b64\":\"" + Base64.getEncoder().encodeToString(new byte[] {1, 0, 7}) + "\"}]}";
        assertThat(fault(body, DataType.BOOL, Shape.of(-1, 3))).contains("expected bytes 0 and 1 for BOOL, got 7 at 2");
    }

    @Test
    void readsManyRowsWithoutLosingAny() {
        StringBuilder rows = new StringBuilder("{\"instances\":[");
        for (int i = 0; i < 1000; i++) {
            rows.append(i == 0 ? "" : ",").append(i % 3 == 1 ? "[1e-1,2e-1,3e-1]" : "@12");
        }
        DenseTensor tensor = read(rows.append("]}").toString(), DataType.FLOAT, Shape.of(-1, 3));
        assertThat(tensor.shape()).isEqualTo(Shape.of(1000, 3));
        for (int i = 0; i < 1000; i++) {
            float last = tensor.data().get(DenseTensor.FLOAT, i * 12L + 8);
            assertThat(last).isEqualTo(i % 3 == 1 ? 0.3f : Float.intBitsToFloat(0x01000100));
        }
    }

    private static DenseTensor read(String template, DataType type, @Nullable Shape declared) {
        String body = template;
        int at;
        while ((at = body.indexOf('@')) >= 0) {
            int end = at + 1;
            while (Character.isDigit(body.charAt(end))) {
                end++;
            }
            String block = Base64.getEncoder().encodeToString(bytes(Integer.parseInt(body.substring(at + 1, end))));
            body = body.substring(0, at) + "{\"b64\":\"" + block + "\"}" + body.substring(end);
        }
        byte[] json = body.getBytes(UTF_8);
        ModelSignature signature =
                ModelSignature.of("serving_default", List.of(TensorSpec.of("x", type, declared)), List.of());
        PredictCall call =
                TfsJson.readPredict(json, json.length, Map.of(signature.name(), signature), Coercion.REFERENCE);
        return (DenseTensor) requireNonNull(call.inputs().get("x"));
    }

    private static String fault(String body, DataType type, @Nullable Shape declared) {
        ServingException fault = catchThrowableOfType(ServingException.class, () -> read(body, type, declared));
        assertThat(fault).as(body).isNotNull();
        assertThat(fault.kind()).isEqualTo(ErrorKind.INVALID_REQUEST);
        return fault.getMessage();
    }

    private static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        for (int i = 1; i < length; i += 2) {
            bytes[i] = 1;
        }
        return bytes;
    }

    private static Shape shape(String dims) {
        return dims.isBlank()
                ? Shape.scalar()
                : Shape.of(Arrays.stream(dims.trim().split(" "))
                        .mapToLong(Long::parseLong)
                        .toArray());
    }
}
