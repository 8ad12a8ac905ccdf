package io.kaon.bench;

import java.time.Duration;

/// A program that takes processor time and nothing else: what a light model has to be compared with when a heavy one
/// runs beside it.
public final class CpuBurner {
    /// As long as a time slice of the scheduler, about.
    private static final long PERIOD = 10_000_000;

    private CpuBurner() {}

    /// @param arguments threads; the processors that they take together, for example 1.5
    public static void main(String[] arguments) throws InterruptedException {
        int threads = Integer.parseInt(arguments[0]);
        double share = Math.min(1, Double.parseDouble(arguments[1]) / threads);
        for (int i = 0; i < threads; i++) {
            Thread.ofPlatform().start(() -> burn(share));
        }
        System.out.println("burning");
        // The benchmark ends it; if that fails, it ends by itself.
        Thread.sleep(600_000);
        Runtime.getRuntime().halt(0);
    }

    private static void burn(double share) {
        long rest = (long) (PERIOD * (1 - share));
        while (true) {
            long end = System.nanoTime() + (long) (PERIOD * share);
            while (System.nanoTime() < end) {
                Thread.onSpinWait();
            }
            if (rest > 0) {
                Children.pause(Duration.ofNanos(rest));
            }
        }
    }
}
