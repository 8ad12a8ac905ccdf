package io.kaon.protocol.http;

import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.serving.InFlightBytes;
import io.kaon.serving.WorkingMemory;
import java.util.concurrent.Executor;

/// What a REST request may cost.
///
/// @param bodyBytes largest body, in bytes
/// @param arriving gives up bodies that make no progress while they arrive
/// @param offloadBytes larger bodies and answers are converted off the event loop, which other clients wait for
/// @param conversions where that happens: few threads, which give way to the event loops
/// @param compressBytes answers of at least this size are compressed for clients that take it; 0 for never
/// @param inFlight what all requests together may hold
/// @param working what large requests take while they are worked on
public record HttpLimits(
        long bodyBytes,
        BodyWatch arriving,
        long offloadBytes,
        Executor conversions,
        long compressBytes,
        InFlightBytes inFlight,
        WorkingMemory working) {
    /// A body is held in one array, and this is the largest that every machine makes.
    public static final int LARGEST_BODY = Integer.MAX_VALUE - 8;

    public HttpLimits {
        if (bodyBytes < 0 || bodyBytes > LARGEST_BODY) {
            throw new IllegalArgumentException("bodies of " + bodyBytes + " bytes");
        }
    }

    /// No body of more bytes is taken.
    long largestBody() {
        return Math.min(bodyBytes, inFlight.largest());
    }

    /// The refusal of a body that is larger.
    ///
    /// @param got its size
    ServingException tooLarge(String got) {
        return new ServingException(
                ErrorKind.TOO_LARGE,
                "the request body is too large: expected at most " + largestBody() + " bytes, got " + got);
    }
}
