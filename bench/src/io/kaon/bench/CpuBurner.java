package io.kaon.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;

/// A program that takes processor time and nothing else: what a light model has to be compared with when a heavy one
/// runs beside it.
public final class CpuBurner {
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

    /// What others keep it from is made up for.
    private static void burn(double share) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long began = System.nanoTime();
        while (true) {
            if (threads.getCurrentThreadCpuTime() < share * (System.nanoTime() - began)) {
                Thread.onSpinWait();
            } else {
                Children.pause(Duration.ofMillis(1));
            }
        }
    }
}
