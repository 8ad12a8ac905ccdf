package io.kaon.engine.djl.archive;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/// How many numbers there are in an archive for the tensors of a pickle.
///
/// @param bytes of what lies under a key; below zero if there is nothing
record StoredTensors(ToLongFunction<String> bytes) {
    private static final String CLASS = "torch ";
    private static final String STORAGE = "Storage";

    private static final Map<String, Integer> SIZES = Map.ofEntries(
            Map.entry("Float", 4),
            Map.entry("Double", 8),
            Map.entry("Half", 2),
            Map.entry("BFloat16", 2),
            Map.entry("Byte", 1),
            Map.entry("Char", 1),
            Map.entry("Short", 2),
            Map.entry("Int", 4),
            Map.entry("Long", 8),
            Map.entry("Bool", 1),
            Map.entry("ComplexFloat", 8),
            Map.entry("ComplexDouble", 16),
            Map.entry("QUInt8", 1),
            Map.entry("QInt8", 1),
            Map.entry("QInt32", 4));

    /// What lies in a storage.
    ///
    /// @param kind as PyTorch names it, such as `Float`
    record Numbers(String kind, long count) {
        /// @throws IOException if a tensor of these sizes would reach beyond them
        void hold(long offset, long[] sizes, long[] strides) throws IOException {
            if (offset < 0 || sizes.length != strides.length) {
                throw new IOException("a tensor begins at " + offset + " or has no stride for each size");
            }
            try {
                long last = offset;
                boolean empty = false;
                for (int axis = 0; axis < sizes.length; axis++) {
                    if (sizes[axis] < 0 || strides[axis] < 0) {
                        throw new IOException("a tensor has a size or a stride below zero");
                    }
                    empty |= sizes[axis] == 0;
                    last = Math.addExact(last, Math.multiplyExact(sizes[axis] - 1, strides[axis]));
                }
                if (!empty && last >= count) {
                    throw new IOException("a tensor reaches up to number " + last + " of " + count);
                }
            } catch (ArithmeticException _) {
                throw new IOException("a tensor reaches beyond any memory");
            }
        }
    }

    /// @param storage its kind, its class, its key, its device, its size
    Numbers numbers(List<Object> storage) throws IOException {
        if (storage.size() < 5
                || !storage.get(0).equals("storage")
                || !(storage.get(1) instanceof String type)
                || !(storage.get(2) instanceof String key)
                || !(storage.get(4) instanceof Long count)) {
            throw new IOException("a storage is not told by kind, class, key, device and size");
        }
        String kind = type.startsWith(CLASS) && type.endsWith(STORAGE)
                ? type.substring(CLASS.length(), type.length() - STORAGE.length())
                : "";
        Integer size = SIZES.get(kind);
        if (size == null) {
            throw new IOException(type + " is no kind of numbers that Kaon knows");
        }
        long there = bytes.applyAsLong(key) / size;
        if (count < 0 || count > there) {
            throw new IOException("a tensor's numbers `" + key + "` are " + there + ", not " + count);
        }
        return new Numbers(kind, count);
    }
}
