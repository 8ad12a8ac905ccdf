package io.kaon.tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Native memory of one thread, into which the tensors of its current run are copied.
///
/// It grows by doubling up to [#MAX_BYTES] and stays: small requests, which are nearly all, cost no allocation.
/// A run that needs more takes an arena of its own and frees it at its end. So a thread never keeps more than
/// the limit, and memory that a rare large request took is given back at once, without waiting for the garbage
/// collector. What the slab grew out of, less than the limit in sum, is left to the collector, as is the slab
/// of a dead thread.
///
/// Not thread-safe, and never handed to another thread.
public final class NativeSlab {
    /// Room for a batch of 27 colour images of 224 x 224 pixels as FLOAT.
    public static final long MAX_BYTES = 16 << 20;

    /// What ONNX Runtime's own allocator gives, for the widest vector instructions.
    public static final long ALIGNMENT = 64;

    private static final long FIRST_BYTES = 64 << 10;

    private MemorySegment memory = MemorySegment.NULL;

    /// Memory of at least that size, valid until the next call. Even for 0 bytes it has an address.
    ///
    /// @param bytes at most [#MAX_BYTES]
    public MemorySegment atLeast(long bytes) {
        if (memory.byteSize() < Math.max(1, bytes)) {
            long size = Math.max(FIRST_BYTES, memory.byteSize());
            while (size < bytes) {
                size *= 2;
            }
            memory = Arena.ofAuto().allocate(size, ALIGNMENT);
        }
        return memory;
    }
}
