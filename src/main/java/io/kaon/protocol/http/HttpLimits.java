package io.kaon.protocol.http;

import io.kaon.serving.InFlightBytes;
import java.time.Duration;

/// What a REST request may cost.
///
/// @param bodyBytes largest body, in bytes
/// @param stall how long a body may make no progress while it arrives
/// @param offloadBytes larger bodies and answers are converted off the event loop, so that they hold up nobody else
/// @param inFlight what all requests together may hold
public record HttpLimits(long bodyBytes, Duration stall, long offloadBytes, InFlightBytes inFlight) {
    /// A body is held in one array, and this is the largest that every machine makes.
    public static final int LARGEST_BODY = Integer.MAX_VALUE - 8;

    public HttpLimits {
        if (bodyBytes < 0 || bodyBytes > LARGEST_BODY) {
            throw new IllegalArgumentException("bodies of " + bodyBytes + " bytes");
        }
    }
}
