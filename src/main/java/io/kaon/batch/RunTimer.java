package io.kaon.batch;

/// Measures what runs cost, in nanoseconds of work and not of waiting.
///
/// Beside a busy neighbour a thread waits for a processor, in the middle of a run as at any other time. Such a run took
/// long, but cost nothing more, and taking it for dear would send a light model to the lanes for nothing. So where
/// the engine works on the calling thread, the processor time of that thread counts. Reading it takes half
/// a microsecond, so that is only done for runs that are expected to take much longer. For shorter ones the ordinary
/// clock will do: what it says above a bound is not believed, but is enough for the next run to be measured
/// exactly.
final class RunTimer {
    /// A run of this length is measured exactly: the clock takes less than a twentieth of it.
    static final long EXACT_NANOS = 20_000;

    /// The most that the ordinary clock is believed.
    private static final long MOST_NANOS = 2 * EXACT_NANOS;

    private final RunClock clock;
    private final boolean onCaller;

    /// @param onCaller whether the thread that calls does all the work
    RunTimer(RunClock clock, boolean onCaller) {
        this.clock = clock;
        this.onCaller = onCaller;
    }

    /// The processor time before a run; negative if the run is to be measured by the ordinary clock.
    ///
    /// @param expected nanoseconds of the run; [Long#MAX_VALUE] when nothing is known, as for the first of warm-up
    long processor(long expected) {
        boolean exact = onCaller && expected >= EXACT_NANOS && expected < Long.MAX_VALUE;
        return exact ? clock.processor().getAsLong() : -1;
    }

    /// What the run cost that has just ended on this thread.
    ///
    /// @param expected as before the run
    /// @param began by the ordinary clock
    /// @param processor what [#processor] said before the run
    long took(long expected, long began, long processor) {
        if (processor >= 0) {
            return clock.processor().getAsLong() - processor;
        }
        long took = clock.now().getAsLong() - began;
        return onCaller && expected < EXACT_NANOS ? Math.min(took, MOST_NANOS) : took;
    }
}
