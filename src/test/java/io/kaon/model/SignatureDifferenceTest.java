package io.kaon.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.kaon.tensor.DataType;
import io.kaon.tensor.Shape;
import io.kaon.tensor.TensorSpec;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class SignatureDifferenceTest {
    private static final TensorSpec X = TensorSpec.of("x", DataType.FLOAT, Shape.of(-1, 4));
    private static final TensorSpec Y = TensorSpec.of("y", DataType.FLOAT, Shape.of(-1));

    @Test
    void findsNoneBetweenEqualSignatures() {
        assertThat(SignatureDifference.between(of("s", X, Y), of("s", X, Y))).isEmpty();
    }

    @Test
    void findsNoneWhereOnlyADimensionIsCalledOtherwise() {
        assertThat(SignatureDifference.between(of("s", X.withDimensionNames("n", ""), Y), of("s", X, Y)))
                .isEmpty();
    }

    @Test
    void namesSignaturesInputsAndOutputsThatAreOthers() {
        assertThat(SignatureDifference.between(of("s", X, Y), of("t", X, Y)))
                .containsExactly("signature `s` is missing", "signature `t` is new");
        TensorSpec wider = TensorSpec.of("x", DataType.FLOAT, Shape.of(-1, 5));
        TensorSpec other = TensorSpec.of("z", DataType.FLOAT, Shape.of(-1));
        assertThat(SignatureDifference.between(of("s", X, Y), of("s", wider, other)))
                .containsExactly(
                        "signature `s`: input `x` was FLOAT[-1,4] and is FLOAT[-1,5]",
                        "signature `s`: output `y` was FLOAT[-1] and is missing",
                        "signature `s`: output `z` is new");
    }

    private static Map<String, ModelSignature> of(String name, TensorSpec input, TensorSpec output) {
        return Map.of(name, ModelSignature.of(name, List.of(input), List.of(output)));
    }
}
