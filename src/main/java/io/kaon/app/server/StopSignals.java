package io.kaon.app.server;

import sun.misc.Signal;

/// Catches SIGTERM, SIGINT and SIGHUP before the virtual machine does. A signal that the process was started to ignore,
/// as `nohup` does with SIGHUP, stays ignored.
///
/// The machine would run its shutdown hooks at once, and one of them belongs to ONNX Runtime, which frees its
/// environment while requests are still being answered. So the signal only starts an orderly stop; a second one means
/// that the operator does not want to wait, and ends the process. A second SIGHUP does not: of one terminal that closes
/// both the system and the shell send one.
public final class StopSignals {
    /// The exit status of a process that a signal has ended.
    public static final int INTERRUPTED = 130;

    private static final String HANG_UP = "HUP";

    private StopSignals() {}

    /// @param stop called once, on a thread of its own
    public static void handle(Runnable stop) {
        Thread stopper = Thread.ofPlatform().name("stop").unstarted(stop);
        for (String name : new String[] {"TERM", "INT", HANG_UP}) {
            Signal.handle(new Signal(name), _ -> {
                synchronized (stopper) {
                    if (stopper.getState() == Thread.State.NEW) {
                        stopper.start();
                    } else if (!name.equals(HANG_UP)) {
                        Runtime.getRuntime().halt(INTERRUPTED);
                    }
                }
            });
        }
    }
}
