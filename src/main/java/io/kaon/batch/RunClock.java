package io.kaon.batch;

import java.util.function.LongSupplier;

/// The two clocks that runs are timed with, in nanoseconds.
///
/// @param now as [System#nanoTime()]
/// @param processor how much processor time the calling thread has used; negative where that is not known. Reading
///     it is a call into the system, which takes half a microsecond
public record RunClock(LongSupplier now, LongSupplier processor) {
    /// Without a clock for the processor.
    public static RunClock of(LongSupplier now) {
        return new RunClock(now, () -> -1);
    }
}
