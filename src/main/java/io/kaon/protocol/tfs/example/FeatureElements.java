package io.kaon.protocol.tfs.example;

import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.tensor.TensorSpec;
import java.nio.ByteBuffer;

/// Turns the numbers of features into elements of an input. Features know only 64-bit integers and floats; either
/// serves for every numeric type as long as the value stays what it is: 3.0 is an integer, and 2^24 + 1 no float.
final class FeatureElements {
    /// The least number above every long.
    private static final float ABOVE_LONGS = 0x1p63f;

    private final TensorSpec spec;

    FeatureElements(TensorSpec spec) {
        this.spec = spec;
    }

    /// @param data takes the element at its position; little-endian
    /// @throws ServingException INVALID_REQUEST
    void put(Feature feature, int index, ByteBuffer data) {
        switch (spec.type()) {
            case FLOAT -> data.putFloat(real(feature, index));
            case DOUBLE -> data.putDouble(realDouble(feature, index));
            case INT8 -> data.put((byte) integer(feature, index, Byte.MIN_VALUE, Byte.MAX_VALUE));
            case INT16 -> data.putShort((short) integer(feature, index, Short.MIN_VALUE, Short.MAX_VALUE));
            case INT32 -> data.putInt((int) integer(feature, index, Integer.MIN_VALUE, Integer.MAX_VALUE));
            case INT64 -> data.putLong(integer(feature, index, Long.MIN_VALUE, Long.MAX_VALUE));
            case UINT8 -> data.put((byte) integer(feature, index, 0, 0xFF));
            case UINT16 -> data.putShort((short) integer(feature, index, 0, 0xFFFF));
            case UINT32 -> data.putInt((int) integer(feature, index, 0, 0xFFFF_FFFFL));
            case UINT64 -> data.putLong(integer(feature, index, 0, Long.MAX_VALUE));
            case BOOL -> data.put((byte) integer(feature, index, 0, 1));
            case FLOAT16, BFLOAT16 -> throw mismatch(spec, feature);
            case STRING -> throw new IllegalStateException("strings are no numbers");
        }
    }

    /// Says that the feature is of a kind that the input cannot take.
    static ServingException mismatch(TensorSpec spec, Feature feature) {
        return invalid("input `" + spec.name() + "`: expected " + spec.describe() + ", got a feature with "
                + feature.describe());
    }

    private float real(Feature feature, int index) {
        return switch (feature.kind()) {
            case FLOAT -> feature.real(index);
            case INT64 -> {
                long value = feature.integer(index);
                float real = value;
                if (real == ABOVE_LONGS || (long) real != value) {
                    throw inexact(Long.toString(value));
                }
                yield real;
            }
            case BYTES, NONE -> throw mismatch(spec, feature);
        };
    }

    private double realDouble(Feature feature, int index) {
        return switch (feature.kind()) {
            case FLOAT -> feature.real(index);
            case INT64 -> {
                long value = feature.integer(index);
                double real = value;
                if (real == ABOVE_LONGS || (long) real != value) {
                    throw inexact(Long.toString(value));
                }
                yield real;
            }
            case BYTES, NONE -> throw mismatch(spec, feature);
        };
    }

    private long integer(Feature feature, int index, long min, long max) {
        return switch (feature.kind()) {
            case INT64 -> {
                long value = feature.integer(index);
                if (value < min || value > max) {
                    throw inexact(Long.toString(value));
                }
                yield value;
            }
            case FLOAT -> {
                float real = feature.real(index);
                long value = (long) real;
                if (value != real || real == ABOVE_LONGS || value < min || value > max) {
                    throw inexact(Float.toString(real));
                }
                yield value;
            }
            case BYTES, NONE -> throw mismatch(spec, feature);
        };
    }

    private ServingException inexact(String value) {
        return invalid(
                "input `" + spec.name() + "`: expected values of " + spec.type() + ", which " + value + " is not");
    }

    private static ServingException invalid(String message) {
        return new ServingException(ErrorKind.INVALID_REQUEST, message);
    }
}
