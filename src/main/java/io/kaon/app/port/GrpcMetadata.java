package io.kaon.app.port;

import io.grpc.InternalMetadata;
import io.grpc.Metadata;
import io.grpc.Status;

/// Bounds the metadata of a call. gRPC itself ends the whole connection, with all calls on it, when those of one are
/// too large; here only that call is refused.
final class GrpcMetadata {
    /// As much as a head over REST may have.
    static final int MOST = 64 << 10;

    /// What HTTP/2 counts for an entry besides its bytes (RFC 9113, section 6.5.2).
    private static final int ENTRY = 32;

    private GrpcMetadata() {}

    /// Bytes, as HTTP/2 counts them.
    static long size(Metadata metadata) {
        long size = 0;
        byte[][] namesAndValues = InternalMetadata.serialize(metadata);
        for (byte[] text : namesAndValues) {
            size += text.length;
        }
        return size + (long) namesAndValues.length / 2 * ENTRY;
    }

    static Status tooLarge(long size) {
        return Status.RESOURCE_EXHAUSTED.withDescription(
                "the call's metadata are too large: expected at most " + MOST + " bytes, got " + size);
    }
}
