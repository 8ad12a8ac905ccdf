package io.kaon.batch;

import io.kaon.tensor.DenseTensor;
import io.kaon.tensor.Shape;
import io.kaon.tensor.StringTensor;
import io.kaon.tensor.Tensor;

/// What a batch takes, counted while it is put together: the inputs, and what [InputPadding] adds to them. One long
/// request among many short ones can add far more than they are.
final class BatchSize {
    private static final Filling[] NONE = {};

    /// An array, because it is gone through for every request, mostly in vain.
    private final Filling[] fillings;

    private long bytes;
    private long elements;

    /// @param widens whether requests are made equally large
    BatchSize(InferenceRequest first, boolean widens) {
        fillings = widens ? first.inputs().names().stream().map(Filling::new).toArray(Filling[]::new) : NONE;
        add(first);
    }

    void add(InferenceRequest request) {
        bytes += request.inputs().byteSize();
        elements += request.elements();
        for (Filling filling : fillings) {
            Tensor tensor = request.inputs().get(filling.name);
            if (tensor != null) {
                filling.add(tensor);
            }
        }
    }

    long bytes() {
        double all = bytes;
        for (Filling filling : fillings) {
            all += filling.elements() * filling.dearest;
        }
        return (long) all;
    }

    long elements() {
        double all = elements;
        for (Filling filling : fillings) {
            all += filling.elements();
        }
        return (long) all;
    }

    /// What is added to one input of all requests. In floating point, because the largest sizes of several requests
    /// may have a product that no integer holds, and near the limit that matters it is exact.
    private static final class Filling {
        private final String name;
        private Shape widest = Shape.scalar();
        private double rows;
        private double given;
        /// Bytes of an element that is added, at most.
        private long dearest;

        private Filling(String name) {
            this.name = name;
        }

        private void add(Tensor tensor) {
            Shape shape = tensor.shape();
            widest = rows == 0 ? shape : InputPadding.widest(widest, shape);
            rows += shape.dim(0);
            given += shape.elements();
            dearest = Math.max(dearest, fillerBytes(tensor));
        }

        private static long fillerBytes(Tensor tensor) {
            return switch (tensor) {
                case DenseTensor dense -> dense.type().bytes();
                case StringTensor strings ->
                    strings.values().isEmpty()
                            ? 0
                            : StringTensor.OVERHEAD + strings.values().getFirst().length;
            };
        }

        private double elements() {
            double all = rows;
            for (int axis = 1; axis < widest.rank(); axis++) {
                all *= widest.dim(axis);
            }
            return all - given;
        }
    }
}
