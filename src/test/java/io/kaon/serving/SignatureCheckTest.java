package io.kaon.serving;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kaon.model.ErrorKind;
import io.kaon.model.ModelSignature;
import io.kaon.model.ServingException;
import io.kaon.model.SignatureTraits;
import io.kaon.tensor.DataType;
import io.kaon.tensor.DenseTensor;
import io.kaon.tensor.NamedTensors;
import io.kaon.tensor.Shape;
import io.kaon.tensor.StringTensor;
import io.kaon.tensor.TensorSpec;
import io.kaon.testkit.FakeEngine;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

final class SignatureCheckTest {
    private static final ModelSignature SIGNATURE = ModelSignature.of(
            "test",
            List.of(
                    TensorSpec.of("x", DataType.FLOAT, Shape.of(-1)),
                    new TensorSpec("scale", DataType.FLOAT, null, false, List.of())),
            List.of(TensorSpec.of("y", DataType.FLOAT, Shape.of(-1))));

    @Test
    void acceptsWhatFits() {
        assertThatCode(() -> SignatureCheck.inputs(SIGNATURE, FakeEngine.input(1, 2)))
                .doesNotThrowAnyException();
        assertThatCode(() -> SignatureCheck.inputs(
                        SIGNATURE,
                        NamedTensors.of(Map.of("x", FakeEngine.tensor(1), "scale", FakeEngine.tensor(1, 2, 3)))))
                .doesNotThrowAnyException();
        assertThatCode(() -> SignatureCheck.outputs(SIGNATURE, Set.of("y"))).doesNotThrowAnyException();
        assertThatCode(() -> SignatureCheck.outputs(SIGNATURE, Set.of())).doesNotThrowAnyException();
    }

    @Test
    void saysWhatIsMissingAndWhatCame() {
        assertThat(fault(() -> SignatureCheck.inputs(SIGNATURE, NamedTensors.of("z", FakeEngine.tensor(1)))))
                .isEqualTo("input `x` is missing: expected [x, scale], got [z]");
    }

    @Test
    void saysBothSidesOfAMismatch() {
        ModelSignature fixed =
                ModelSignature.of("test", List.of(TensorSpec.of("x", DataType.INT64, Shape.of(2, 4))), List.of());
        assertThat(fault(() -> SignatureCheck.inputs(fixed, FakeEngine.input(1, 2, 3))))
                .isEqualTo("input `x`: expected INT64[2,4], got FLOAT[3]");
        ModelSignature any = ModelSignature.of("test", List.of(TensorSpec.of("x", DataType.INT64, null)), List.of());
        assertThat(fault(() -> SignatureCheck.inputs(any, FakeEngine.input(1))))
                .isEqualTo("input `x`: expected INT64 of any shape, got FLOAT[1]");
    }

    @Test
    void changesTheShapeOfWhatNearlyFitsAndSharesItsElements() {
        DenseTensor column = FakeEngine.tensor(1, 2, 3);
        NamedTensors given = NamedTensors.of("x", new DenseTensor(column.type(), Shape.of(3, 1), column.data()));
        DenseTensor fitted = (DenseTensor)
                requireNonNull(SignatureCheck.inputs(SIGNATURE, given).get("x"));
        assertThat(fitted.shape()).isEqualTo(Shape.of(3));
        assertThat(fitted.data()).isSameAs(column.data());
    }

    @Test
    void changesTheShapeOfStrings() {
        ModelSignature text =
                ModelSignature.of("test", List.of(TensorSpec.of("s", DataType.STRING, Shape.of(-1, 1))), List.of());
        NamedTensors given = NamedTensors.of("s", new StringTensor(Shape.of(2), List.of(new byte[1], new byte[2])));
        assertThat(requireNonNull(SignatureCheck.inputs(text, given).get("s")).describe())
                .isEqualTo("STRING[2,1]");
    }

    @Test
    void refusesSizesThatDifferWhereTheNameIsTheSame() {
        ModelSignature named = ModelSignature.of(
                "test",
                List.of(
                        TensorSpec.of("a", DataType.FLOAT, Shape.of(-1, 2)).withDimensionNames("batch", ""),
                        TensorSpec.of("b", DataType.FLOAT, Shape.of(-1)).withDimensionNames("other"),
                        TensorSpec.of("c", DataType.FLOAT, Shape.of(-1)).withDimensionNames("batch")),
                List.of());
        NamedTensors equal = named(floats(3, 2), floats(1), floats(3));
        assertThat(SignatureCheck.inputs(named, equal)).isSameAs(equal);
        assertThat(fault(() -> SignatureCheck.inputs(named, named(floats(3, 2), floats(3), floats(1)))))
                .isEqualTo("dimension `batch` has the size 3 in input `a` (FLOAT[batch,2], got FLOAT[3,2]) and 1 in "
                        + "input `c` (FLOAT[batch], got FLOAT[1]): expected the same size");
    }

    @Test
    void comparesSizesAfterShapesAreMadeToFit() {
        ModelSignature named = ModelSignature.of(
                "test",
                List.of(
                        TensorSpec.of("a", DataType.FLOAT, Shape.of(1, -1)).withDimensionNames("", "n"),
                        TensorSpec.of("b", DataType.FLOAT, Shape.of(-1)).withDimensionNames("n"),
                        new TensorSpec("c", DataType.FLOAT, null, false, List.of())),
                List.of());
        assertThat(SignatureCheck.inputs(named, named(floats(5), floats(5, 1))).names())
                .containsExactly("a", "b");
        assertThat(fault(() -> SignatureCheck.inputs(named, named(floats(5), floats(4, 1)))))
                .startsWith("dimension `n` has the size 5 in input `a`");
    }

    @Test
    void refusesAnOblongWhereASquareIsDeclared() {
        ModelSignature square = ModelSignature.of(
                "test",
                List.of(TensorSpec.of("a", DataType.FLOAT, Shape.of(-1, -1)).withDimensionNames("n", "n")),
                List.of());
        assertThat(fault(() -> SignatureCheck.inputs(square, named(floats(2, 1)))))
                .startsWith("dimension `n` has the size 2 in input `a`");
    }

    private static DenseTensor floats(long... dims) {
        Shape shape = Shape.of(dims);
        return new DenseTensor(
                DataType.FLOAT, shape, MemorySegment.ofArray(new byte[4 * Math.toIntExact(shape.elements())]));
    }

    /// The tensors as `a`, `b` and so on.
    private static NamedTensors named(DenseTensor... tensors) {
        Map<String, DenseTensor> named = new LinkedHashMap<>();
        for (DenseTensor tensor : tensors) {
            named.put("" + (char) ('a' + named.size()), tensor);
        }
        return NamedTensors.of(named);
    }

    @Test
    void leavesShapesToAnEngineThatJudgesThem() {
        SignatureTraits asSent =
                new SignatureTraits(NamedTensors.of(Map.of()), true, false, false, Set.of(), null, null);
        ModelSignature fixed =
                ModelSignature.of("test", List.of(TensorSpec.of("a", DataType.FLOAT, Shape.of(1))), List.of(), asSent);
        for (NamedTensors sent :
                List.of(named(floats(3)), named(floats(3, 1)), named(floats()), named(floats(2, 0, 5)))) {
            assertThat(SignatureCheck.inputs(fixed, sent)).isSameAs(sent);
        }
        NamedTensors text = NamedTensors.of("a", new StringTensor(Shape.of(1), List.of(new byte[1])));
        assertThat(fault(() -> SignatureCheck.inputs(fixed, text)))
                .isEqualTo("input `a`: expected FLOAT[1], got STRING[1]");
        assertThat(fault(() -> SignatureCheck.inputs(fixed, NamedTensors.of("b", floats(1)))))
                .contains("input `a` is missing");
    }

    @Test
    void changesNothingThatFits() {
        NamedTensors given = FakeEngine.input(1, 2);
        assertThat(SignatureCheck.inputs(SIGNATURE, given)).isSameAs(given);
    }

    @Test
    void namesWhatIsNotDeclared() {
        NamedTensors more = NamedTensors.of(Map.of("x", FakeEngine.tensor(1), "z", FakeEngine.tensor(1)));
        assertThat(fault(() -> SignatureCheck.inputs(SIGNATURE, more)))
                .isEqualTo("unknown input `z`: expected some of [x, scale]");
        assertThat(fault(() -> SignatureCheck.outputs(SIGNATURE, Set.of("q"))))
                .isEqualTo("unknown output `q`: expected some of [y]");
    }

    private static String fault(ThrowingCallable check) {
        ServingException fault = catchThrowableOfType(ServingException.class, check);
        assertThat(fault.kind()).isEqualTo(ErrorKind.INVALID_REQUEST);
        return fault.getMessage();
    }
}
