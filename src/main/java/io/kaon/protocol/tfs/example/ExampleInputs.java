package io.kaon.protocol.tfs.example;

import io.kaon.model.ErrorKind;
import io.kaon.model.ModelSignature;
import io.kaon.model.ServingException;
import io.kaon.protocol.tfs.example.Feature.Kind;
import io.kaon.tensor.DataType;
import io.kaon.tensor.DenseTensor;
import io.kaon.tensor.NamedTensors;
import io.kaon.tensor.Shape;
import io.kaon.tensor.StringTensor;
import io.kaon.tensor.Tensor;
import io.kaon.tensor.TensorSpec;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Fills the inputs of a signature from features: an input takes the feature of its name, an example is a row.
///
/// A row of an input `[-1,d1,d2,…]` takes `d1 d2 …` values, row-major; of `[-1]`, one. One of the inner dimensions may
/// be unknown and then follows from the number of values, which must be the same in all examples. Features that no
/// input is called after are ignored, and inputs that the signature does not require may be left out, but then from all
/// examples.
///
/// A signature that takes serialized examples itself gets one per row instead: see [SerializedExamples].
public final class ExampleInputs {
    /// More than any array holds; as large as the number of values of a row is counted.
    private static final long UNREACHABLE = 1L << 31;

    /// What an array holds.
    private static final long MOST_BYTES = Integer.MAX_VALUE - 8;

    private final Examples examples;
    private long room;

    private ExampleInputs(Examples examples, long limit) {
        this.examples = examples;
        this.room = limit;
    }

    /// @param limit bytes that all inputs together may take
    /// @return in the signature's order
    /// @throws ServingException INVALID_REQUEST or TOO_LARGE
    public static NamedTensors of(ModelSignature signature, Examples examples, long limit) {
        if (examples.count() == 0) {
            throw invalid("Input is empty.");
        }
        ExampleInputs filling = new ExampleInputs(examples, limit);
        if (SerializedExamples.areTakenBy(signature)) {
            TensorSpec only = signature.inputs().values().iterator().next();
            return NamedTensors.of(only.name(), filling.serialized(only));
        }
        Map<String, Tensor> inputs = new LinkedHashMap<>();
        for (TensorSpec spec : signature.inputs().values()) {
            if (spec.required() || filling.isGiven(spec.name())) {
                inputs.put(spec.name(), filling.input(spec));
            }
        }
        return NamedTensors.of(inputs);
    }

    private boolean isGiven(String name) {
        for (int example = 0; example < examples.count(); example++) {
            if (given(name, example) != null) {
                return true;
            }
        }
        return false;
    }

    private @Nullable Feature given(String name, int example) {
        Feature feature = examples.feature(name, example);
        return feature == null || feature.kind() == Kind.NONE ? null : feature;
    }

    private Tensor serialized(TensorSpec spec) {
        List<byte[]> rows = new ArrayList<>(examples.count());
        for (int example = 0; example < examples.count(); example++) {
            byte[] row = SerializedExamples.write(examples, example);
            reserve(spec, StringTensor.OVERHEAD + row.length);
            rows.add(row);
        }
        return new StringTensor(Shape.of(examples.count()), rows);
    }

    private Tensor input(TensorSpec spec) {
        int perRow = required(spec, 0).size();
        Shape shape = shape(spec, perRow);
        long each = spec.type() == DataType.STRING
                ? StringTensor.OVERHEAD
                : spec.type().bytes();
        reserve(spec, each * perRow * examples.count());
        return spec.type() == DataType.STRING ? strings(spec, shape, perRow) : numbers(spec, shape, perRow);
    }

    private Tensor numbers(TensorSpec spec, Shape shape, int perRow) {
        FeatureElements elements = new FeatureElements(spec);
        byte[] bytes = new byte[perRow * examples.count() * spec.type().bytes()];
        ByteBuffer data = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        for (int example = 0; example < examples.count(); example++) {
            Feature row = row(spec, example, perRow);
            for (int i = 0; i < perRow; i++) {
                elements.put(row, i, data);
            }
        }
        return new DenseTensor(spec.type(), shape, MemorySegment.ofArray(bytes));
    }

    private Tensor strings(TensorSpec spec, Shape shape, int perRow) {
        List<byte[]> values = new ArrayList<>(perRow * examples.count());
        for (int example = 0; example < examples.count(); example++) {
            Feature row = row(spec, example, perRow);
            if (row.kind() != Kind.BYTES) {
                throw FeatureElements.mismatch(spec, row);
            }
            for (int i = 0; i < perRow; i++) {
                // A string of the context counts for every example: the engine gets a copy for each.
                reserve(spec, row.bytes(i).length);
                values.add(row.bytes(i));
            }
        }
        return new StringTensor(shape, values);
    }

    private Feature row(TensorSpec spec, int example, int perRow) {
        Feature feature = required(spec, example);
        if (feature.size() != perRow) {
            throw invalid(
                    "input `" + spec.name() + "`: expected " + perRow + " values in every example, as in the first,"
                            + " got " + feature.size() + " in example " + example);
        }
        return feature;
    }

    private Feature required(TensorSpec spec, int example) {
        Feature feature = given(spec.name(), example);
        if (feature == null) {
            throw invalid("Feature: " + spec.name() + " is required but could not be found in example " + example
                    + ": expected values for input `" + spec.name() + "` (" + spec.describe() + "), got features "
                    + examples.describe(example));
        }
        return feature;
    }

    /// The declared shape with what is unknown filled in.
    private Shape shape(TensorSpec spec, int perRow) {
        Shape declared = spec.shape();
        if (declared == null) {
            return Shape.of(examples.count(), perRow);
        }
        if (declared.rank() == 0) {
            throw invalid(
                    "input `" + spec.name() + "`: expected a signature with a row per example, got " + spec.describe());
        }
        long known = 1;
        int unknownAxis = 0;
        for (int axis = 1; axis < declared.rank(); axis++) {
            long size = declared.dim(axis);
            if (size != Shape.UNKNOWN) {
                known = Math.min(UNREACHABLE, known * Math.min(UNREACHABLE, size));
            } else if (unknownAxis == 0) {
                unknownAxis = axis;
            } else {
                throw invalid("input `" + spec.name() + "`: the values of an example do not tell which shape they have"
                        + " in " + spec.describe() + ": expected at most one unknown dimension behind the first");
            }
        }
        long unknown = unknownAxis == 0 ? 1 : known == 0 ? 0 : perRow / known;
        if (known * unknown != perRow) {
            throw invalid("input `" + spec.name() + "`: expected " + (unknownAxis == 0 ? "" : "a multiple of ") + known
                    + (known == 1 ? " value" : " values") + " per example for " + spec.describe() + ", got " + perRow
                    + " in example 0");
        }
        Shape shape = declared.with(0, examples.count());
        return unknownAxis == 0 ? shape : shape.with(unknownAxis, unknown);
    }

    private void reserve(TensorSpec spec, long bytes) {
        if (bytes > Math.min(room, MOST_BYTES)) {
            throw new ServingException(
                    ErrorKind.TOO_LARGE,
                    "input `" + spec.name() + "` of " + examples.count() + " examples takes " + bytes
                            + " bytes, and there is room for " + Math.min(room, MOST_BYTES));
        }
        room -= bytes;
    }

    private static ServingException invalid(String message) {
        return new ServingException(ErrorKind.INVALID_REQUEST, message);
    }
}
