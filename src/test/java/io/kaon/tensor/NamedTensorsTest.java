package io.kaon.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NamedTensorsTest {
    private static final Tensor EIGHT_BYTES =
            new DenseTensor(DataType.FLOAT, Shape.of(2), MemorySegment.ofArray(new byte[8]));
    private static final Tensor STRINGS = new StringTensor(Shape.of(1), List.of(new byte[5]));

    @Test
    void keepsTheOrderOfTheMap() {
        Map<String, Tensor> map = new LinkedHashMap<>();
        for (String name : List.of("z", "a", "m", "b")) {
            map.put(name, EIGHT_BYTES);
        }
        NamedTensors tensors = NamedTensors.of(map);

        assertThat(tensors.names()).containsExactly("z", "a", "m", "b");
        assertThat(tensors.asMap().keySet()).containsExactly("z", "a", "m", "b");
        assertThat(tensors.size()).isEqualTo(4);
    }

    @Test
    void countsStringsByTheirBytesWhereTheyAreLong() {
        Tensor book = new StringTensor(Shape.of(2), List.of(new byte[25_000_000], new byte[3]));
        Tensor words = new StringTensor(Shape.of(3), List.of(new byte[8], new byte[1], new byte[0]));

        assertThat(NamedTensors.of("x", EIGHT_BYTES).elements()).isEqualTo(2);
        assertThat(NamedTensors.of("x", words).elements()).isEqualTo(3);
        assertThat(NamedTensors.of("x", book).elements()).isEqualTo(25_000_003 / 8);
        assertThat(NamedTensors.of(Map.of("a", book, "b", words, "c", EIGHT_BYTES))
                        .elements())
                .isEqualTo(25_000_003 / 8 + 3 + 2);
    }

    @Test
    void findsTensorsByName() {
        NamedTensors tensors = NamedTensors.of("x", EIGHT_BYTES);

        assertThat(tensors.get("x")).isSameAs(EIGHT_BYTES);
        assertThat(tensors.get("y")).isNull();
    }

    @Test
    void cannotBeChanged() {
        Map<String, Tensor> map = new LinkedHashMap<>(Map.of("x", EIGHT_BYTES));
        NamedTensors tensors = NamedTensors.of(map);
        map.clear();

        assertThat(tensors.size()).isEqualTo(1);
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> tensors.asMap().remove("x"));
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> tensors.names().clear());
    }

    @Test
    void addsUpTheElementsOfItsTensors() {
        assertThat(NamedTensors.of(Map.of("x", EIGHT_BYTES, "s", STRINGS)).elements())
                .isEqualTo(2 + 1);
        assertThat(NamedTensors.of(Map.of()).elements()).isZero();
    }

    @Test
    void addsUpTheBytesOfItsTensors() {
        assertThat(NamedTensors.of(Map.of("x", EIGHT_BYTES, "s", STRINGS)).byteSize())
                .isEqualTo(8 + 24 + 5);
        assertThat(NamedTensors.of(Map.of()).byteSize()).isZero();
    }
}
