package io.kaon.protocol.tfs;

import com.google.protobuf.InvalidProtocolBufferException;
import io.kaon.tensor.DataType;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The fields of TensorFlow's tensor message that hold elements, by their numbers there, and what forms each comes in.
enum ValueField {
    FLOAT_VAL(5, Form.FOUR_BYTES),
    DOUBLE_VAL(6, Form.EIGHT_BYTES),
    INT_VAL(7, Form.VARINT),
    STRING_VAL(8, Form.BYTES),
    SCOMPLEX_VAL(9, Form.FOUR_BYTES),
    INT64_VAL(10, Form.VARINT),
    BOOL_VAL(11, Form.VARINT),
    DCOMPLEX_VAL(12, Form.EIGHT_BYTES),
    HALF_VAL(13, Form.VARINT),
    RESOURCE_HANDLE_VAL(14, Form.BYTES),
    VARIANT_VAL(15, Form.BYTES),
    UINT32_VAL(16, Form.VARINT),
    UINT64_VAL(17, Form.VARINT);

    /// How protobuf encodes one value. All but [#BYTES] may also be packed: values without their tags, behind one
    /// length.
    enum Form {
        VARINT(0),
        EIGHT_BYTES(1),
        BYTES(2),
        FOUR_BYTES(5);

        private final int wireType;

        Form(int wireType) {
            this.wireType = wireType;
        }
    }

    /// More than any field's number.
    static final int NUMBERS = 18;

    /// The longest that protobuf takes for a number.
    private static final int MOST_VARINT_BYTES = 10;

    private static final ValueField[] ALL = values();

    private final int number;
    private final Form form;

    ValueField(int number, Form form) {
        this.number = number;
        this.form = form;
    }

    /// The field that holds a type's elements.
    static ValueField of(DataType type) {
        return switch (type) {
            case FLOAT -> FLOAT_VAL;
            case DOUBLE -> DOUBLE_VAL;
            case INT8, INT16, INT32, UINT8, UINT16 -> INT_VAL;
            case INT64 -> INT64_VAL;
            case UINT32 -> UINT32_VAL;
            case UINT64 -> UINT64_VAL;
            case FLOAT16, BFLOAT16 -> HALF_VAL;
            case BOOL -> BOOL_VAL;
            case STRING -> STRING_VAL;
        };
    }

    /// The field that a tag stands for, packed or not; null if it is none of these, or in no form that they come in.
    static @Nullable ValueField at(int tag) {
        int index = (tag >>> 3) - FLOAT_VAL.number;
        if (index < 0 || index >= ALL.length) {
            return null;
        }
        ValueField field = ALL[index];
        return tag == field.tag() || tag == field.packedTag() ? field : null;
    }

    int number() {
        return number;
    }

    /// What stands before a single value.
    int tag() {
        return number << 3 | form.wireType;
    }

    /// What stands before many; the same as [#tag()] for those that are never packed.
    int packedTag() {
        return number << 3 | Form.BYTES.wireType;
    }

    /// Whether values have the same bytes here and in a tensor.
    boolean isRaw() {
        return form == Form.FOUR_BYTES || form == Form.EIGHT_BYTES;
    }

    boolean isPackable() {
        return form != Form.BYTES;
    }

    /// How many values are packed in a part of an array. The code that reads them later need not look whether they are
    /// whole.
    ///
    /// @throws InvalidProtocolBufferException if the last is cut off, or one is longer than any number
    int count(byte[] bytes, int from, int to) throws InvalidProtocolBufferException {
        return switch (form) {
            case FOUR_BYTES -> whole(to - from, 4);
            case EIGHT_BYTES -> whole(to - from, 8);
            case VARINT -> varints(bytes, from, to);
            case BYTES -> throw new IllegalStateException(this + " is never packed");
        };
    }

    private int whole(int size, int width) throws InvalidProtocolBufferException {
        if (size % width != 0) {
            throw cutOff();
        }
        return size / width;
    }

    private int varints(byte[] bytes, int from, int to) throws InvalidProtocolBufferException {
        int count = 0;
        int first = from;
        for (int at = from; at < to; at++) {
            if (bytes[at] >= 0) {
                count++;
                first = at + 1;
            } else if (at - first == MOST_VARINT_BYTES - 1) {
                throw new InvalidProtocolBufferException(this + " has a number of more than ten bytes");
            }
        }
        if (first != to) {
            throw cutOff();
        }
        return count;
    }

    private InvalidProtocolBufferException cutOff() {
        return new InvalidProtocolBufferException("the last value of " + this + " is cut off");
    }

    /// As the message has it.
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
