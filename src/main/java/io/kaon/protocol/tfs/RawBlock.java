package io.kaon.protocol.tfs;

import io.kaon.tensor.DataType;
import io.kaon.tensor.Shape;
import io.kaon.tensor.TensorSpec;
import java.util.Arrays;

/// The elements of a numeric tensor, or of a part of it, as their bytes: what `{"b64": …}` holds for an input that
/// takes no strings.
///
/// A block stands where a list would stand, and holds everything that the list would hold: little-endian, row-major,
/// nothing around it. So its shape is what the signature declares from its place inwards: a row of `[-1,28,28]` has the
/// shape `[28,28]`, and the whole tensor has `[-1,28,28]`. One dimension of it may be unknown; the number of bytes then
/// tells its size.
final class RawBlock {
    private RawBlock() {}

    /// The shape of a block, once its bytes have been found to fit.
    ///
    /// @param axis how many of the declared dimensions are around the block
    static Shape shape(TensorSpec spec, int axis, byte[] block) throws ValueFault {
        Shape declared = spec.shape();
        if (declared == null || axis > declared.rank()) {
            throw fault(
                    spec, declared == null ? "has no declared shape" : "has too few dimensions to be in that place");
        }
        long[] dims = Arrays.copyOfRange(declared.dims(), axis, declared.rank());
        Shape expected = Shape.of(dims);
        long bytes = spec.type().bytes();
        int unknown = -1;
        for (int i = 0; i < dims.length; i++) {
            if (dims[i] != Shape.UNKNOWN) {
                bytes = dims[i] != 0 && bytes > Long.MAX_VALUE / dims[i] ? Long.MAX_VALUE : bytes * dims[i];
            } else if (unknown < 0) {
                unknown = i;
            } else {
                throw fault(spec, "has the shape " + expected + " there: more than one size is unknown");
            }
        }
        if (unknown < 0 ? block.length != bytes : bytes == 0 || block.length % bytes != 0) {
            throw ValueFault.invalid("input `" + spec.name() + "`: expected " + (unknown < 0 ? "" : "a multiple of ")
                    + bytes + " bytes for " + spec.type() + expected + ", got " + block.length);
        }
        if (unknown >= 0) {
            dims[unknown] = block.length / bytes;
        }
        if (spec.type() == DataType.BOOL) {
            checkFlags(spec, block);
        }
        return Shape.of(dims);
    }

    private static void checkFlags(TensorSpec spec, byte[] block) throws ValueFault {
        for (int i = 0; i < block.length; i++) {
            if (block[i] != 0 && block[i] != 1) {
                throw ValueFault.invalid("input `" + spec.name() + "`: expected bytes 0 and 1 for BOOL, got "
                        + Byte.toUnsignedInt(block[i]) + " at " + i);
            }
        }
    }

    private static ValueFault fault(TensorSpec spec, String why) {
        return ValueFault.invalid("a base64 object is not of expected type: " + TfsTypes.name(spec.type())
                + ": input `" + spec.name() + "` expects " + spec.describe()
                + "; bytes are taken where the signature tells their shape, and this input " + why);
    }
}
