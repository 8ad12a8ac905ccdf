package io.kaon.ops;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// The processor time that the calling thread has used, in nanoseconds, by the virtual machine's own bean.
///
/// Loading the bean takes 26 ms, which a start should not pay: until a while after it the time is not known.
public final class ProcessorTime implements LongSupplier {
    private static final long AFTER_SECONDS = 2;

    private volatile @Nullable ThreadMXBean threads;

    /// @param timer loads the bean
    public ProcessorTime(ScheduledExecutorService timer) {
        ScheduledFuture<?> _ = timer.schedule(this::load, AFTER_SECONDS, TimeUnit.SECONDS);
    }

    private void load() {
        ThreadMXBean bean = ManagementFactory.getThreadMXBean();
        if (bean.isCurrentThreadCpuTimeSupported()) {
            long _ = bean.getCurrentThreadCpuTime();
            threads = bean;
        }
    }

    /// Negative while it is not known, or where the system does not say it.
    @Override
    public long getAsLong() {
        ThreadMXBean bean = threads;
        return bean == null ? -1 : bean.getCurrentThreadCpuTime();
    }
}
