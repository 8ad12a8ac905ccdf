package io.kaon.bench;

import ai.onnxruntime.OrtException;
import io.kaon.tensor.Tensor;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.FloatBuffer;
import java.nio.file.Path;

/// A program of its own, so that nothing else runs in its process: runs a model in a loop on one thread and prints
/// the runs, the nanoseconds they took and the thread's nanoseconds of processor time.
public final class BareRun {
    private BareRun() {}

    /// @param arguments the model's directory, the workload's folder, rows per run, seconds
    public static void main(String[] arguments) throws OrtException, IOException {
        int rows = Integer.parseInt(arguments[2]);
        Path folder = Path.of(arguments[1]);
        Tensor input = (rows == 0 ? Workload.half(folder) : Workload.mlp(folder, rows)).input();
        FloatBuffer direct = BareModel.direct(input);
        long[] shape = BareModel.shape(input);
        long nanos = 1_000_000_000L * Integer.parseInt(arguments[3]);
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        try (BareModel model = new BareModel(Path.of(arguments[0]))) {
            loop(model, direct, shape, nanos / 2);
            long began = System.nanoTime();
            long cpu = threads.getCurrentThreadCpuTime();
            long runs = loop(model, direct, shape, nanos);
            System.out.println("BARE " + runs + " " + (System.nanoTime() - began) + " "
                    + (threads.getCurrentThreadCpuTime() - cpu));
        }
    }

    /// Runs until the time is over.
    ///
    /// @return how often
    static long loop(BareModel model, FloatBuffer direct, long[] shape, long nanos) throws OrtException {
        long end = System.nanoTime() + nanos;
        long runs = 0;
        while (System.nanoTime() < end) {
            if (Float.isNaN(model.runOnce(direct, shape))) {
                throw new IllegalStateException("the model answers NaN");
            }
            runs++;
        }
        return runs;
    }
}
