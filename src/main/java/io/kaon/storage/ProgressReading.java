package io.kaon.storage;

import java.time.Duration;
import java.util.Collection;
import java.util.Optional;

/// How far a copy was at one moment, or several together.
///
/// @param done bytes that are where they belong
/// @param copied those of them that this copy has copied, and not found there
/// @param total bytes of all files
/// @param rate bytes per second that were copied lately
/// @param elapsed since the copy began
/// @param still for how long no byte has come
public record ProgressReading(long done, long copied, long total, double rate, Duration elapsed, Duration still) {
    /// A network that is slow pauses for shorter.
    private static final Duration STANDS_STILL = Duration.ofSeconds(5);

    private static final double NANOS = 1e9;
    private static final int HUNDRED = 100;

    /// Several copies as one: the longest time, and the shortest standstill.
    ///
    /// @param all at least one
    public static ProgressReading together(Collection<ProgressReading> all) {
        return all.stream().reduce(ProgressReading::and).orElseThrow();
    }

    private ProgressReading and(ProgressReading other) {
        return new ProgressReading(
                done + other.done,
                copied + other.copied,
                total + other.total,
                rate + other.rate,
                elapsed.compareTo(other.elapsed) > 0 ? elapsed : other.elapsed,
                still.compareTo(other.still) < 0 ? still : other.still);
    }

    /// From 0 to 100, and 100 only when all is there.
    public int percent() {
        return total <= done ? HUNDRED : (int) (HUNDRED * (done / (double) total));
    }

    /// Whether bytes ought to come and none has come for a while.
    public boolean standsStill() {
        return done < total && still.compareTo(STANDS_STILL) >= 0;
    }

    /// How long it takes to go on like this; empty while that cannot be told, and when all is there.
    public Optional<Duration> remaining() {
        return rate < 1 || standsStill() || done >= total
                ? Optional.empty()
                : Optional.of(Duration.ofSeconds((long) Math.ceil((total - done) / rate)));
    }

    /// For example `512.0 MiB of 1.2 GiB (42%), 85.3 MiB/s`, or `…, no byte for 12 s`.
    public String text() {
        return ByteSize.text(done) + " of " + ByteSize.text(total) + " (" + percent() + "%), " + pace();
    }

    /// For example `85.3 MiB/s`, or `no byte for 12 s`.
    public String pace() {
        return standsStill() ? "no byte for " + still.toSeconds() + " s" : perSecond(rate);
    }

    /// Of a copy that has ended, for example `1.2 GiB in 3.1 s (400.0 MiB/s)`; where some was there
    /// already, it says how much.
    public String summary() {
        double seconds = elapsed.toNanos() / NANOS;
        String took = ByteSize.text(copied) + " in " + Math.round(seconds * 10) / 10.0 + " s"
                + (seconds == 0 ? "" : " (" + perSecond(copied / seconds) + ")");
        return done == copied ? took : took + ", " + ByteSize.text(done - copied) + " were there already";
    }

    private static String perSecond(double rate) {
        return ByteSize.text(Math.round(rate)) + "/s";
    }
}
