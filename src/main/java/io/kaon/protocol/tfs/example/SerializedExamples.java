package io.kaon.protocol.tfs.example;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import io.kaon.model.ModelSignature;
import io.kaon.tensor.DataType;
import io.kaon.tensor.Shape;
import io.kaon.tensor.TensorSpec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/// Writes examples as serialized `tensorflow.Example` messages, for models that parse them themselves.
///
/// TensorFlow Serving puts the context's bytes before each example's, and a parser then takes the features of
/// both; where both have one, the latter counts. Here each name is written once, with the value that would count.
final class SerializedExamples {
    /// What TensorFlow Serving calls the input of a signature that takes examples.
    private static final String INPUT = "inputs";

    private static final int EXAMPLE_FEATURES = 1;
    private static final int FEATURES_ENTRY = 1;
    private static final int ENTRY_KEY = 1;
    private static final int ENTRY_VALUE = 2;
    private static final int FEATURE_BYTES = 1;
    private static final int FEATURE_FLOATS = 2;
    private static final int FEATURE_INTEGERS = 3;
    private static final int LIST_VALUE = 1;

    private SerializedExamples() {}

    /// Whether the signature takes serialized examples: one input, called `inputs`, a vector of strings.
    static boolean areTakenBy(ModelSignature signature) {
        TensorSpec input = signature.inputs().get(INPUT);
        if (input == null || signature.inputs().size() != 1 || input.type() != DataType.STRING) {
            return false;
        }
        Shape shape = input.shape();
        return shape == null || (shape.rank() == 1 && shape.dim(0) == Shape.UNKNOWN);
    }

    static byte[] write(Examples examples, int example) {
        ByteArrayOutputStream features = new ByteArrayOutputStream();
        try {
            CodedOutputStream out = CodedOutputStream.newInstance(features);
            for (FeatureColumn column : examples.columns()) {
                if (column.has(example)) {
                    entry(out, column.name(), examples.feature(column.name(), example));
                }
            }
            Examples context = examples.context();
            if (context != null) {
                for (FeatureColumn column : context.columns()) {
                    if (!examples.hasOwn(column.name(), example)) {
                        entry(out, column.name(), context.feature(column.name(), 0));
                    }
                }
            }
            out.flush();
            ByteArrayOutputStream message = new ByteArrayOutputStream(features.size() + 8);
            CodedOutputStream outer = CodedOutputStream.newInstance(message);
            outer.writeByteArray(EXAMPLE_FEATURES, features.toByteArray());
            outer.flush();
            return message.toByteArray();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    private static void entry(CodedOutputStream out, String name, @Nullable Feature feature) throws IOException {
        if (feature == null) {
            return;
        }
        byte[] value = feature(feature);
        int length = CodedOutputStream.computeStringSize(ENTRY_KEY, name)
                + CodedOutputStream.computeByteArraySize(ENTRY_VALUE, value);
        out.writeTag(FEATURES_ENTRY, WireFormat.WIRETYPE_LENGTH_DELIMITED);
        out.writeUInt32NoTag(length);
        out.writeString(ENTRY_KEY, name);
        out.writeByteArray(ENTRY_VALUE, value);
    }

    private static byte[] feature(Feature feature) throws IOException {
        ByteArrayOutputStream values = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(values);
        int field = switch (feature.kind()) {
            case NONE -> 0;
            case BYTES -> {
                for (int i = 0; i < feature.size(); i++) {
                    out.writeByteArray(LIST_VALUE, feature.bytes(i));
                }
                yield FEATURE_BYTES;
            }
            case FLOAT -> {
                out.writeTag(LIST_VALUE, WireFormat.WIRETYPE_LENGTH_DELIMITED);
                out.writeUInt32NoTag(feature.size() * Float.BYTES);
                for (int i = 0; i < feature.size(); i++) {
                    out.writeFloatNoTag(feature.real(i));
                }
                yield FEATURE_FLOATS;
            }
            case INT64 -> {
                int length = 0;
                for (int i = 0; i < feature.size(); i++) {
                    length += CodedOutputStream.computeInt64SizeNoTag(feature.integer(i));
                }
                out.writeTag(LIST_VALUE, WireFormat.WIRETYPE_LENGTH_DELIMITED);
                out.writeUInt32NoTag(length);
                for (int i = 0; i < feature.size(); i++) {
                    out.writeInt64NoTag(feature.integer(i));
                }
                yield FEATURE_INTEGERS;
            }
        };
        out.flush();
        if (field == 0) {
            return new byte[0];
        }
        ByteArrayOutputStream message = new ByteArrayOutputStream(values.size() + 8);
        CodedOutputStream outer = CodedOutputStream.newInstance(message);
        outer.writeByteArray(field, values.toByteArray());
        outer.flush();
        return message.toByteArray();
    }
}
