package io.kaon.testkit;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/// Time that stands still until the test moves it: the wall's and the monotonic one, in step. The monotonic one starts
/// shortly before its overflow, since its origin is arbitrary.
public final class ManualClock implements LongSupplier, InstantSource {
    private long nanos = Long.MAX_VALUE - Duration.ofSeconds(3).toNanos();
    private Instant instant = Instant.parse("2026-01-01T00:00:00Z");

    public synchronized void advance(Duration time) {
        nanos += time.toNanos();
        instant = instant.plus(time);
    }

    @Override
    public synchronized long getAsLong() {
        return nanos;
    }

    @Override
    public synchronized Instant instant() {
        return instant;
    }
}
