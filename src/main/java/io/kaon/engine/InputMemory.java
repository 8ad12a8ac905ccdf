package io.kaon.engine;

import io.kaon.tensor.DenseTensor;
import io.kaon.tensor.NamedTensors;
import io.kaon.tensor.NativeSlab;
import io.kaon.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// Puts the numbers of one run's inputs where an engine can read them, one tensor behind the other: what is not
/// native yet is copied into the thread's slab, or, if it is too large for that, into an arena of the run's own.
public final class InputMemory implements AutoCloseable {
    private final MemorySegment room;
    private @Nullable Arena arena;
    private long used;

    @SuppressWarnings("MustBeClosedChecker") // closed with this object
    public InputMemory(NamedTensors inputs, NativeSlab slab) {
        long bytes = 0;
        for (Tensor tensor : inputs.asMap().values()) {
            if (tensor instanceof DenseTensor dense && !passesInPlace(dense)) {
                bytes += padded(dense.byteSize());
            }
        }
        if (bytes <= NativeSlab.MAX_BYTES) {
            room = slab.atLeast(bytes);
        } else {
            arena = Arena.ofConfined();
            room = arena.allocate(bytes, NativeSlab.ALIGNMENT);
        }
    }

    /// The tensor's bytes in native memory, good until this is closed. Once for each tensor.
    public MemorySegment of(DenseTensor tensor) {
        if (passesInPlace(tensor)) {
            return tensor.data();
        }
        MemorySegment place = room.asSlice(used, tensor.byteSize());
        used += padded(tensor.byteSize());
        return place.copyFrom(tensor.data());
    }

    @Override
    public void close() {
        if (arena != null) {
            arena.close();
        }
    }

    /// Not without bytes: such a segment may have no address.
    private static boolean passesInPlace(DenseTensor tensor) {
        MemorySegment data = tensor.data();
        return data.isNative()
                && data.byteSize() > 0
                && data.address() % tensor.type().bytes() == 0;
    }

    private static long padded(long bytes) {
        return (bytes + NativeSlab.ALIGNMENT - 1) / NativeSlab.ALIGNMENT * NativeSlab.ALIGNMENT;
    }
}
