package io.kaon.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;

/// Times two ways to run the same network, in turns, in rounds each of which makes both anew.
final class OverheadRounds {
    /// What an adapter may take of what its binding takes.
    static final double MOST = 1.05;

    private static final int ROUNDS = 11;
    private static final int WARM_UP = 1_000;
    private static final int PAIRS = 4_000;

    /// Engines add up in different orders.
    private static final float TOLERANCE = 1e-3f;

    private OverheadRounds() {}

    @FunctionalInterface
    interface Run {
        float last() throws Exception;
    }

    /// @param bare nanoseconds
    /// @param ours nanoseconds
    record Medians(long bare, long ours) {
        double ratio() {
            return ours / (double) bare;
        }
    }

    static Medians run(String engine, Callable<Medians> round) throws Exception {
        List<Medians> all = new ArrayList<>();
        for (int i = 0; i < ROUNDS; i++) {
            all.add(round.call());
        }
        all.sort(Comparator.comparingDouble(Medians::ratio));
        Medians middle = all.get(ROUNDS / 2);
        System.out.printf(
                "%s %.1f and %.1f µs, ratio %.3f (of %d rounds from %.3f to %.3f)%n",
                engine,
                middle.bare() / 1e3,
                middle.ours() / 1e3,
                middle.ratio(),
                ROUNDS,
                all.getFirst().ratio(),
                all.getLast().ratio());
        return middle;
    }

    /// One after the other, in turns, so that both see the same weather; who is first changes with every pair.
    static Medians medians(Run bare, Run ours) throws Exception {
        assertThat(ours.last()).isCloseTo(bare.last(), within(TOLERANCE));
        long[] without = new long[PAIRS];
        long[] with = new long[PAIRS];
        for (int i = -WARM_UP; i < PAIRS; i++) {
            boolean first = (i & 1) == 0;
            long a = time(first ? bare : ours);
            long b = time(first ? ours : bare);
            if (i >= 0) {
                without[i] = first ? a : b;
                with[i] = first ? b : a;
            }
        }
        return new Medians(median(without), median(with));
    }

    private static long time(Run run) throws Exception {
        long began = System.nanoTime();
        float last = run.last();
        long ended = System.nanoTime();
        assertThat(Float.isNaN(last)).isFalse();
        return ended - began;
    }

    private static long median(long[] values) {
        long[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
