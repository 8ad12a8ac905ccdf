package io.kaon.engine;

import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/// Memory of each GPU that all sessions on it may take together, counted before they are made: one that would not fit
/// is refused with numbers, instead of taking memory from under those that serve.
///
/// A session counts as what its limit says, or else as the size of its weights, which is less than what it will take:
/// what runs need comes on top. Both versions of a model count while one takes the place of the other.
///
/// Safe for use by several threads.
public final class DeviceBudget {
    private static final long NO_BOUND = Long.MAX_VALUE;
    private static final double MIB = 1 << 20;

    private final long bytes;
    private final Map<Integer, Long> reserved = new HashMap<>();

    private DeviceBudget(long bytes) {
        this.bytes = bytes;
    }

    /// @param bytes of each device
    public static DeviceBudget of(long bytes) {
        if (bytes < 1) {
            throw new IllegalArgumentException("a budget of " + bytes + " bytes");
        }
        return new DeviceBudget(bytes);
    }

    /// Counts, and refuses nothing.
    public static DeviceBudget unlimited() {
        return new DeviceBudget(NO_BOUND);
    }

    /// What one session has been promised, until it is closed.
    public final class Share implements AutoCloseable {
        private final int device;
        private final long own;
        private final AtomicBoolean open = new AtomicBoolean(true);

        private Share(int device, long own) {
            this.device = device;
            this.own = own;
        }

        /// Gives it back; a second call does nothing.
        @Override
        public void close() {
            if (open.compareAndSet(true, false)) {
                giveBack(device, own);
            }
        }
    }

    /// Room for one more session, of which an estimate is known.
    ///
    /// @param device as CUDA counts them
    /// @param settings whose limit counts, if there is one
    /// @param estimate bytes otherwise
    /// @throws ServingException ENGINE_FAILED if it does not fit now
    public synchronized Share reserve(int device, CudaSettings settings, long estimate) {
        long own = settings.memoryLimit().orElse(estimate);
        long before = reserved.getOrDefault(device, 0L);
        if (own > bytes - before) {
            throw new ServingException(
                    ErrorKind.ENGINE_FAILED,
                    "cuda:" + device + " has no room for it: " + mib(own)
                            + (settings.memoryLimit().isPresent() ? " by its cuda.memory-limit" : " of weights")
                            + ", and of the " + mib(bytes) + " of kaon.engine.cuda.memory-budget other sessions have "
                            + mib(before) + "; unload a model, raise the budget, or set a lower"
                            + " kaon.engine.models.NAME.cuda.memory-limit");
        }
        reserved.put(device, before + own);
        return new Share(device, own);
    }

    /// Bytes that are promised on a device.
    public synchronized long reserved(int device) {
        return reserved.getOrDefault(device, 0L);
    }

    private synchronized void giveBack(int device, long own) {
        reserved.merge(device, -own, Long::sum);
    }

    private static String mib(long bytes) {
        return String.format(Locale.ROOT, "%.1f MiB", bytes / MIB);
    }
}
