package io.kaon.ops;

/// Where the server stands in its life. Written by what starts and stops it, read by all threads.
public final class ServerState {
    /// In the order in which a server goes through them.
    public enum Phase {
        /// The ports are open; the initial models are being loaded.
        STARTING,
        /// Every initial model serves or has failed once, but too few have served for the server to be ready.
        SETTLED,
        /// Enough of the initial models have served once. It stays so, whatever models do later.
        READY,
        /// Asked to stop: no new traffic is wanted, what is under way is being answered.
        STOPPING
    }

    private volatile Phase phase = Phase.STARTING;

    public Phase phase() {
        return phase;
    }

    public boolean isStopping() {
        return phase == Phase.STOPPING;
    }

    /// The initial models have settled; without effect later than that.
    public synchronized void settled() {
        if (phase == Phase.STARTING) {
            phase = Phase.SETTLED;
        }
    }

    /// Enough models have served; without effect once the server stops.
    public synchronized void ready() {
        if (phase != Phase.STOPPING) {
            phase = Phase.READY;
        }
    }

    public synchronized void stopping() {
        phase = Phase.STOPPING;
    }
}
