package io.kaon.testkit;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/// Runs what is due when the test says so, by a clock that the test moves. Runs each task once; cannot repeat.
public final class ManualTimer extends AbstractExecutorService implements ScheduledExecutorService {
    private final ManualClock clock;
    private final List<Alarm<?>> alarms = new ArrayList<>();
    private boolean shutdown;

    public ManualTimer(ManualClock clock) {
        this.clock = clock;
    }

    private final class Alarm<V> extends FutureTask<V> implements ScheduledFuture<V> {
        private final long at;

        Alarm(Callable<V> task, long at) {
            super(task);
            this.at = at;
        }

        @Override
        public long getDelay(TimeUnit unit) {
            return unit.convert(at - clock.getAsLong(), TimeUnit.NANOSECONDS);
        }

        @Override
        public int compareTo(Delayed other) {
            return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
        }
    }

    /// Runs what is due by now, in the order in which it became due.
    public void runDue() {
        List<Alarm<?>> due = new ArrayList<>();
        synchronized (alarms) {
            alarms.removeIf(Alarm::isCancelled);
            for (Alarm<?> alarm : alarms) {
                if (alarm.getDelay(TimeUnit.NANOSECONDS) <= 0) {
                    due.add(alarm);
                }
            }
            alarms.removeAll(due);
        }
        due.sort(Comparator.naturalOrder());
        due.forEach(Alarm::run);
    }

    /// Alarms that have neither run nor been cancelled.
    public int pending() {
        synchronized (alarms) {
            alarms.removeIf(Alarm::isCancelled);
            return alarms.size();
        }
    }

    @Override
    public <V> ScheduledFuture<V> schedule(Callable<V> task, long delay, TimeUnit unit) {
        Alarm<V> alarm = new Alarm<>(task, clock.getAsLong() + unit.toNanos(delay));
        synchronized (alarms) {
            alarms.add(alarm);
        }
        return alarm;
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
        return schedule(
                () -> {
                    task.run();
                    return true;
                },
                delay,
                unit);
    }

    @Override
    public ScheduledFuture<?> scheduleAtFixedRate(Runnable task, long first, long period, TimeUnit unit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(Runnable task, long first, long delay, TimeUnit unit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void execute(Runnable task) {
        ScheduledFuture<?> _ = schedule(task, 0, TimeUnit.NANOSECONDS);
    }

    @Override
    public void shutdown() {
        shutdown = true;
    }

    @Override
    public List<Runnable> shutdownNow() {
        shutdown = true;
        return List.of();
    }

    @Override
    public boolean isShutdown() {
        return shutdown;
    }

    @Override
    public boolean isTerminated() {
        return shutdown;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        return shutdown;
    }
}
