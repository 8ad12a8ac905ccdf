package io.kaon.testkit;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/// Passes the body of an answer on and does to it what a fault wants. A single thread writes to it.
final class FaultyBody extends OutputStream {
    private final OutputStream client;
    private final Optional<Fault> fault;
    private final Pace pace;
    private final AtomicLong counted;
    private long passed;

    /// @param counted is raised by what is passed on
    FaultyBody(OutputStream client, Optional<Fault> fault, Pace pace, AtomicLong counted) {
        this.client = client;
        this.fault = fault;
        this.pace = pace;
        this.counted = counted;
    }

    /// Ends the exchange and the connection.
    static final class Cut extends IOException {
        private static final long serialVersionUID = 1;

        private final boolean reset;

        Cut(boolean reset) {
            super("the connection is cut");
            this.reset = reset;
        }

        /// Whether the client is to be told by a reset.
        boolean isReset() {
            return reset;
        }
    }

    @Override
    public void write(int one) throws IOException {
        write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        if (fault.isEmpty()) {
            pass(bytes, offset, length);
            return;
        }
        switch (fault.get()) {
            case Fault.Reset(long after) -> cut(bytes, offset, length, after, true);
            case Fault.Truncation(long after) -> cut(bytes, offset, length, after, false);
            case Fault.Stall stall -> stall(bytes, offset, length, stall);
            case Fault.Throttle(long rate) -> {
                pace.await(length, rate);
                pass(bytes, offset, length);
            }
            // These are done with before there is a body.
            case Fault.Answer _, Fault.Hold _, Fault.Delay _ -> pass(bytes, offset, length);
        }
    }

    private void cut(byte[] bytes, int offset, int length, long after, boolean reset) throws IOException {
        int rest = (int) Math.min(length, after - passed);
        pass(bytes, offset, rest);
        if (passed == after) {
            client.flush();
            throw new Cut(reset);
        }
    }

    private void stall(byte[] bytes, int offset, int length, Fault.Stall stall) throws IOException {
        int before = Math.clamp(stall.afterBytes() - passed, 0, length);
        boolean stalls = passed <= stall.afterBytes() && passed + length > stall.afterBytes();
        pass(bytes, offset, before);
        if (stalls) {
            client.flush();
            stall.reached().countDown();
            try {
                stall.goOn().await();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("the proxy ends in a stall");
            }
        }
        pass(bytes, offset + before, length - before);
    }

    private void pass(byte[] bytes, int offset, int length) throws IOException {
        client.write(bytes, offset, length);
        passed += length;
        counted.addAndGet(length);
    }

    @Override
    public void flush() throws IOException {
        client.flush();
    }
}
