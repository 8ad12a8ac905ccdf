package io.kaon.app;

import sun.misc.Signal;

/// Catches SIGTERM and SIGINT before the virtual machine does.
///
/// The machine would run its shutdown hooks at once, and one of them belongs to ONNX Runtime, which frees its
/// environment while requests are still being answered. So the signal only starts an orderly stop; a second one means
/// that somebody has lost patience, and ends the process.
final class StopSignals {
    private static final int INTERRUPTED = 130;

    private StopSignals() {}

    /// @param stop called once, on a thread of its own
    static void handle(Runnable stop) {
        Thread stopper = Thread.ofPlatform().name("stop").unstarted(stop);
        for (String name : new String[] {"TERM", "INT"}) {
            Signal.handle(new Signal(name), _ -> {
                synchronized (stopper) {
                    if (stopper.getState() != Thread.State.NEW) {
                        Runtime.getRuntime().halt(INTERRUPTED);
                    }
                    stopper.start();
                }
            });
        }
    }
}
