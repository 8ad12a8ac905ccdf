package io.kaon.testkit;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/// What a [FaultyProxy] does to a request or to the body of its answer. A count of bytes that the body does not
/// have leaves the answer as it is.
public sealed interface Fault {
    /// Answers by itself and does not ask the server.
    ///
    /// @param code S3's name of the error, such as `SlowDown`
    record Answer(int status, String code, Optional<Duration> retryAfter) implements Fault {}

    /// Resets the connection when so many bytes of the body have been sent. The client may get fewer, because a
    /// reset discards what is on its way.
    record Reset(long afterBytes) implements Fault {}

    /// Closes the connection in good order when the client has got so many bytes of the body.
    record Truncation(long afterBytes) implements Fault {}

    /// Sends so many bytes of the body, counts `reached` down, and sends the rest when `goOn` is counted down.
    record Stall(long afterBytes, CountDownLatch reached, CountDownLatch goOn) implements Fault {
        public Stall(long afterBytes) {
            this(afterBytes, new CountDownLatch(1), new CountDownLatch(1));
        }
    }

    /// Counts `reached` down, and asks the server when `goOn` is counted down.
    record Hold(CountDownLatch reached, CountDownLatch goOn) implements Fault {
        public Hold() {
            this(new CountDownLatch(1), new CountDownLatch(1));
        }
    }

    /// Asks the server after a while.
    record Delay(Duration time) implements Fault {}

    /// Sends the bodies on one connection together at no more than this rate.
    record Throttle(long bytesPerSecond) implements Fault {}

    /// The server's own failure, status 500.
    static Fault internalError() {
        return new Answer(500, "InternalError", Optional.empty());
    }

    /// Too many requests, status 503.
    static Fault slowDown(Duration retryAfter) {
        return new Answer(503, "SlowDown", Optional.of(retryAfter));
    }
}
