package io.kaon.protocol.tfs;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.sun.management.ThreadMXBean;
import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.protocol.tfs.proto.DataType;
import io.kaon.protocol.tfs.proto.TensorProto;
import io.kaon.protocol.tfs.proto.TensorShapeProto;
import io.kaon.tensor.DenseTensor;
import io.kaon.tensor.StringTensor;
import io.kaon.tensor.Tensor;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Random;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Messages that a well-meaning client would not send.
final class HostileTensorProtoTest {
    private static final long LIMIT = 1 << 20;

    @Test
    void allocatesNothingForTenBytesThatAskForGigabytes() {
        TensorProto fill =
                proto(DataType.DT_FLOAT, 4_000_000_000L).addFloatVal(1).build();
        TensorProto zeros = proto(DataType.DT_STRING, 1 << 20, 1 << 20).build();
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        refusal(fill, LIMIT);
        refusal(zeros, LIMIT);
        long before = threads.getCurrentThreadAllocatedBytes();
        ServingException tooManyFloats = refusal(fill, LIMIT);
        ServingException tooManyStrings = refusal(zeros, LIMIT);
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(100_000);
        assertThat(tooManyFloats.kind()).isEqualTo(ErrorKind.TOO_LARGE);
        assertThat(tooManyFloats)
                .hasMessage("input `x`: FLOAT[4000000000] takes 16000000000 bytes, the limit is 1048576");
        assertThat(tooManyStrings.kind()).isEqualTo(ErrorKind.TOO_LARGE);
    }

    @Test
    void neverTakesMoreThanAnArrayHolds() {
        TensorProto proto = proto(DataType.DT_INT8, 1L << 31).addIntVal(1).build();
        assertRefused(proto, Long.MAX_VALUE, ErrorKind.TOO_LARGE).hasMessageContaining("takes 2147483648 bytes");
        TensorProto larger = proto(DataType.DT_INT64, Long.MAX_VALUE).build();
        assertRefused(larger, Long.MAX_VALUE, ErrorKind.TOO_LARGE).hasMessageContaining("limit is 2147483639");
    }

    @Test
    void takesWhatJustFitsTheLimit() {
        TensorProto proto = proto(DataType.DT_DOUBLE, 10).addDoubleVal(2).build();
        assertThat(TfsTensorProto.decode("x", SentTensor.of(proto), 80).byteSize())
                .isEqualTo(80);
        assertRefused(proto, 79, ErrorKind.TOO_LARGE);
    }

    @Test
    void countsAStringForEveryElementThatItFills() {
        TensorProto proto = proto(DataType.DT_STRING, 100_000)
                .addStringVal(ByteString.copyFrom(new byte[1000]))
                .build();
        assertThat(TfsTensorProto.byteSize("x", SentTensor.of(proto))).isEqualTo(102_400_000);
        assertRefused(proto, 102_399_999, ErrorKind.TOO_LARGE);
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, -2, Long.MIN_VALUE})
    void refusesNegativeDimensions(long size) {
        assertRefused(proto(DataType.DT_FLOAT, 2, size).build(), LIMIT, ErrorKind.INVALID_REQUEST)
                .hasMessage("tensor parsing error: x: dimension 1 is " + size);
    }

    @Test
    void refusesMoreElementsThanFitALong() {
        assertRefused(proto(DataType.DT_FLOAT, 1L << 32, 1L << 31).build(), LIMIT, ErrorKind.INVALID_REQUEST)
                .hasMessageStartingWith("tensor parsing error: x");
        // From the left, as TensorFlow Serving does: a zero that comes too late does not help, an early one does.
        assertRefused(proto(DataType.DT_FLOAT, 1L << 32, 1L << 31, 0).build(), LIMIT, ErrorKind.INVALID_REQUEST);
        assertThat(TfsTensorProto.decode(
                                "x",
                                SentTensor.of(proto(DataType.DT_FLOAT, 0, 1L << 32, 1L << 31)
                                        .build()),
                                LIMIT)
                        .byteSize())
                .isZero();
    }

    @Test
    void refusesRanksAboveTheLimit() {
        long[] ones = new long[254];
        java.util.Arrays.fill(ones, 1);
        assertThat(TfsTensorProto.decode(
                                "x", SentTensor.of(proto(DataType.DT_BOOL, ones).build()), LIMIT)
                        .shape()
                        .rank())
                .isEqualTo(254);
        TensorProto.Builder oneMore = proto(DataType.DT_BOOL, ones);
        oneMore.getTensorShapeBuilder().addDimBuilder().setSize(1);
        assertRefused(oneMore.build(), LIMIT, ErrorKind.INVALID_REQUEST)
                .hasMessage("tensor parsing error: x: rank 255 is above 254");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 99, 101, -1})
    void refusesTypesThatDoNotExist(int dtype) {
        TensorProto proto = TensorProto.newBuilder().setDtypeValue(dtype).build();
        assertRefused(proto, LIMIT, ErrorKind.INVALID_REQUEST).hasMessageStartingWith("tensor parsing error: x");
    }

    @ParameterizedTest
    @EnumSource(
            value = DataType.class,
            mode = EnumSource.Mode.MATCH_ANY,
            names = {".*COMPLEX.*", ".*Q.*INT.*", ".*FLOAT[84].*", "DT_U?INT[24]", "DT_RESOURCE", "DT_VARIANT"})
    void namesTypesThatNoModelHas(DataType dtype) {
        assertRefused(TensorProto.newBuilder().setDtype(dtype).build(), LIMIT, ErrorKind.INVALID_REQUEST)
                .hasMessage("input `x`: no model here takes tensors of type " + dtype);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 11, 13, 24})
    void refusesContentOfAnotherLength(int bytes) {
        TensorProto proto = proto(DataType.DT_INT32, 3)
                .setTensorContent(ByteString.copyFrom(new byte[bytes]))
                .build();
        assertRefused(proto, LIMIT, ErrorKind.INVALID_REQUEST)
                .hasMessage("tensor parsing error: x: tensor_content has " + bytes + " bytes, expected 12");
    }

    @Test
    void refusesBrokenLengthsOfStrings() {
        // Two strings of 3 bytes each, with two bytes only; a length over all; a length that never ends; too few.
        assertContentRefused(2, 3, 3, 'a', 'b');
        assertContentRefused(1, 0, 'a');
        assertContentRefused(1, 0xff, 0xff, 0xff, 0xff, 0x0f, 'a');
        assertContentRefused(1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01);
        assertContentRefused(1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01);
        assertContentRefused(2, 0x80, 0x80);
        assertContentRefused(3, 0, 0);
        assertContentRefused(1 << 30, 0, 0);
    }

    @Test
    void takesAnyByteButZeroForTrue() {
        TensorProto proto = proto(DataType.DT_BOOL, 3)
                .setTensorContent(ByteString.copyFrom(new byte[] {0, 2, -1}))
                .build();
        DenseTensor tensor = (DenseTensor) TfsTensorProto.decode("x", SentTensor.of(proto), LIMIT);
        assertThat(tensor.data().toArray(JAVA_BYTE)).containsExactly(0, 1, 1);
    }

    @Test
    void readsOrRefusesRandomBytes() {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        int read = 0;
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = proto(DataType.forNumber(random.nextInt(1, 24)), random.nextInt(4), random.nextInt(4))
                    .addFloatVal(1)
                    .addStringVal(ByteString.copyFromUtf8("abc"))
                    .setTensorContent(ByteString.copyFrom(new byte[random.nextInt(9)]))
                    .build()
                    .toByteArray();
            for (int i = random.nextInt(3); i > 0; i--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            try {
                Tensor tensor = TfsTensorProto.decode("x", WireTensor.of(bytes, 0, bytes.length), LIMIT);
                assertThat(tensor.byteSize()).isLessThanOrEqualTo(LIMIT);
                if (tensor instanceof StringTensor strings) {
                    assertThat(strings.values()).doesNotContainNull();
                }
                read++;
            } catch (ServingException | IOException _) {
                // Refused, which is as good.
            }
        }
        assertThat(read).isGreaterThan(1000);
    }

    private static void assertContentRefused(long elements, int... content) {
        byte[] bytes = new byte[content.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) content[i];
        }
        TensorProto proto = proto(DataType.DT_STRING, elements)
                .setTensorContent(ByteString.copyFrom(bytes))
                .build();
        assertRefused(proto, LIMIT, ErrorKind.INVALID_REQUEST).hasMessageStartingWith("tensor parsing error: x: ");
    }

    private static AbstractThrowableAssert<?, ? extends Throwable> assertRefused(
            TensorProto proto, long limit, ErrorKind kind) {
        assertThat(refusal(proto, limit).kind()).isEqualTo(kind);
        return assertThatThrownBy(() -> TfsTensorProto.decode("x", SentTensor.of(proto), limit));
    }

    private static ServingException refusal(TensorProto proto, long limit) {
        try {
            TfsTensorProto.decode("x", SentTensor.of(proto), limit);
        } catch (ServingException refusal) {
            return refusal;
        }
        throw new AssertionError("was read");
    }

    private static TensorProto.Builder proto(DataType type, long... dims) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
        for (long dim : dims) {
            shape.addDimBuilder().setSize(dim);
        }
        return TensorProto.newBuilder().setDtype(type).setTensorShape(shape);
    }
}
