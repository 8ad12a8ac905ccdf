package io.kaon.bench;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// Large calls at a fixed rate, with the status and the time of each: what h2load cannot tell apart. The calls are few
/// per second, so one thread sends them all.
final class GrpcOpenLoop {
    private GrpcOpenLoop() {}

    /// What became of the calls; times are in microseconds.
    ///
    /// @param accepted how long the answers took
    /// @param refused how long it took to be told that the server has too much to do
    /// @param inTime accepted calls that were answered while calls were still being sent
    /// @param broken calls that ended in any other way
    /// @param seconds how long calls were sent
    record Outcome(Spread accepted, Spread refused, int inTime, int broken, double seconds) {
        double acceptedPerSecond() {
            return inTime / seconds;
        }
    }

    /// @param rate calls per second
    /// @return when every call has ended
    static Outcome run(String url, ByteString message, double rate, int seconds) throws InterruptedException {
        int calls = (int) (rate * seconds);
        List<Call> all = new ArrayList<>();
        CountDownLatch open = new CountDownLatch(calls);
        try (GrpcCalls channel = new GrpcCalls(url)) {
            long began = System.nanoTime();
            for (int i = 0; i < calls; i++) {
                long due = began + (long) (i / rate * 1e9);
                for (long wait = due - System.nanoTime(); wait > 0; wait = due - System.nanoTime()) {
                    LockSupport.parkNanos(wait);
                }
                Call call = new Call(due, open);
                all.add(call);
                channel.start(message, call);
            }
            long sent = System.nanoTime();
            if (!open.await(5, TimeUnit.MINUTES)) {
                throw new IllegalStateException(open.getCount() + " calls were never answered");
            }
            return outcome(all, began, sent);
        }
    }

    private static Outcome outcome(List<Call> calls, long began, long sent) {
        List<Double> accepted = new ArrayList<>();
        List<Double> refused = new ArrayList<>();
        int inTime = 0;
        int broken = 0;
        for (Call call : calls) {
            switch (call.status) {
                case OK -> {
                    accepted.add(call.micros);
                    inTime += call.due + (long) (1000 * call.micros) <= sent ? 1 : 0;
                }
                case UNAVAILABLE, RESOURCE_EXHAUSTED -> refused.add(call.micros);
                default -> broken++;
            }
        }
        return new Outcome(new Spread(accepted), new Spread(refused), inTime, broken, (sent - began) / 1e9);
    }

    /// One call. Counted from when it was due, and not from when it could be sent.
    private static final class Call implements StreamObserver<ByteString> {
        private final long due;
        private final CountDownLatch open;
        private volatile Status.Code status = Status.Code.UNKNOWN;
        private volatile double micros;

        Call(long due, CountDownLatch open) {
            this.due = due;
            this.open = open;
        }

        @Override
        public void onNext(ByteString answer) {}

        @Override
        public void onError(Throwable failure) {
            end(Status.fromThrowable(failure).getCode());
        }

        @Override
        public void onCompleted() {
            end(Status.Code.OK);
        }

        private void end(Status.Code code) {
            micros = (System.nanoTime() - due) / 1e3;
            status = code;
            open.countDown();
        }
    }
}
