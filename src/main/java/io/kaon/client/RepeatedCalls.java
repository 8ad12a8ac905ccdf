package io.kaon.client;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/// The same call many times, by several callers, each of which waits for its answer before it calls again.
///
/// @param times of the calls that were answered
/// @param failures of the others, by what came of them
/// @param nanos from the first call to the last answer
public record RepeatedCalls(Percentiles times, Map<String, Integer> failures, long nanos) {
    private static final double NANOS = 1e9;

    public RepeatedCalls {
        failures = Map.copyOf(failures);
    }

    /// @param call throws [ClientFailure] when it fails
    /// @param callers runs the callers, all at the same time
    /// @param clock in nanoseconds
    public static RepeatedCalls of(
            int calls, int connections, Runnable call, ExecutorService callers, LongSupplier clock) {
        AtomicInteger left = new AtomicInteger(calls);
        long begin = clock.getAsLong();
        List<Future<Caller>> running = new ArrayList<>();
        for (int i = 0; i < Math.min(calls, connections); i++) {
            running.add(callers.submit(() -> {
                Caller caller = new Caller();
                while (left.getAndDecrement() > 0) {
                    caller.call(call, clock);
                }
                return caller;
            }));
        }
        List<Caller> done = running.stream().map(RepeatedCalls::result).toList();
        long nanos = clock.getAsLong() - begin;
        Map<String, Integer> failures = new TreeMap<>();
        done.forEach(
                caller -> caller.failures.forEach((outcome, count) -> failures.merge(outcome, count, Integer::sum)));
        long[] times = done.stream()
                .flatMapToLong(caller -> Arrays.stream(caller.times, 0, caller.count))
                .toArray();
        return new RepeatedCalls(new Percentiles(times), failures, nanos);
    }

    private static final class Caller {
        private final Map<String, Integer> failures = new TreeMap<>();
        private long[] times = new long[64];
        private int count;

        void call(Runnable call, LongSupplier clock) {
            long begin = clock.getAsLong();
            try {
                call.run();
            } catch (ClientFailure failed) {
                failures.merge(failed.outcome(), 1, Integer::sum);
                return;
            }
            if (count == times.length) {
                times = Arrays.copyOf(times, 2 * count);
            }
            times[count++] = clock.getAsLong() - begin;
        }
    }

    private static Caller result(Future<Caller> caller) {
        try {
            return caller.get();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new ClientFailure("interrupted", "interrupted before all calls were made", null);
        } catch (ExecutionException failure) {
            throw new IllegalStateException(failure.getCause());
        }
    }

    /// Calls that were answered, per second.
    public double rate() {
        return times.count() * NANOS / Math.max(1, nanos);
    }
}
