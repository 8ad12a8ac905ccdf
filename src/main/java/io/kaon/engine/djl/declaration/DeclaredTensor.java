package io.kaon.engine.djl.declaration;

import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.tensor.DataType;
import io.kaon.tensor.Shape;
import io.kaon.tensor.TensorSpec;
import org.jspecify.annotations.Nullable;

/// One input or output as it is declared beside a model.
///
/// @param shape as clients send and get it, with the rows if there are any
/// @param inner as the model takes and gives it; null if that is the same
public record DeclaredTensor(
        String name, DataType type, Shape shape, @Nullable Shape inner) {
    public TensorSpec spec() {
        return TensorSpec.of(name, type, shape);
    }

    /// The shape in which the model gets what a client has sent.
    public Shape toModel(Shape sent) {
        return inner == null ? sent : filled(inner, sent);
    }

    /// The shape in which a client gets what the model has given.
    ///
    /// @throws ServingException ENGINE_FAILED if the model gives another than is declared
    public Shape toClient(Shape given) {
        Shape expected = inner == null ? shape : inner;
        if (!expected.accepts(given)) {
            throw new ServingException(
                    ErrorKind.ENGINE_FAILED,
                    "output `" + name + "`: declared as " + type + expected + ", the model gave " + given
                            + "; correct the declaration");
        }
        return inner == null ? given : filled(shape, given);
    }

    /// The first dimension, the rows, is the same in both; at most one other has no size, and gets what is left.
    private static Shape filled(Shape pattern, Shape known) {
        long[] dims = pattern.dims();
        long left = known.elements();
        int free = -1;
        for (int axis = 0; axis < dims.length; axis++) {
            if (axis == 0 && dims[0] == Shape.UNKNOWN && known.rank() > 0) {
                dims[0] = known.dim(0);
            }
            if (dims[axis] == Shape.UNKNOWN) {
                free = axis;
            } else if (dims[axis] > 0) {
                left /= dims[axis];
            }
        }
        if (free >= 0) {
            dims[free] = left;
        }
        return Shape.of(dims);
    }
}
