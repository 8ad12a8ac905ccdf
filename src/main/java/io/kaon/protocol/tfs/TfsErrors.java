package io.kaon.protocol.tfs;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import java.util.concurrent.CompletionException;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;

/// How each kind of failure is answered, as an HTTP status and as a gRPC code. The messages that TensorFlow Serving has
/// for models, versions and signatures are in [TfsModels].
public final class TfsErrors {
    private static final Logger LOG = Logger.getLogger(TfsErrors.class);

    private static final String BUG = "a request failed because of a bug";

    /// Bytes of a message that gRPC carries, as a header; the rest is cut off.
    private static final int MAX_DESCRIPTION = 1024;

    /// Where gRPC carries [ServingException#hint()]: clients compare descriptions, and pass over trailers.
    public static final Metadata.Key<String> HINT = Metadata.Key.of("kaon-hint", Metadata.ASCII_STRING_MARSHALLER);

    /// What a trailer's text cannot hold.
    private static final Pattern NOT_PRINTABLE = Pattern.compile("[^ -~]");

    private TfsErrors() {}

    static int httpStatus(ErrorKind kind) {
        return switch (kind) {
            case INVALID_REQUEST, LABEL_NOT_FOUND, SIGNATURE_NOT_FOUND -> 400;
            case MODEL_NOT_FOUND, VERSION_NOT_FOUND -> 404;
            case STALLED -> 408;
            case TOO_LARGE -> 413;
            case QUEUE_TIMEOUT -> 429;
            case CANCELLED -> 499;
            case ENGINE_FAILED, MODEL_BROKEN, STORAGE_FAILED, INTERNAL -> 500;
            case UNSUPPORTED -> 501;
            case NOT_READY, OVERLOADED -> 503;
            case DEADLINE_EXCEEDED -> 504;
        };
    }

    /// TOO_LARGE is RESOURCE_EXHAUSTED, because that is what gRPC itself answers to a message over its limit.
    static Status.Code grpcCode(ErrorKind kind) {
        return switch (kind) {
            case INVALID_REQUEST, LABEL_NOT_FOUND -> Status.Code.INVALID_ARGUMENT;
            case SIGNATURE_NOT_FOUND -> Status.Code.FAILED_PRECONDITION;
            case MODEL_NOT_FOUND, VERSION_NOT_FOUND -> Status.Code.NOT_FOUND;
            case TOO_LARGE, QUEUE_TIMEOUT -> Status.Code.RESOURCE_EXHAUSTED;
            case CANCELLED -> Status.Code.CANCELLED;
            case ENGINE_FAILED, MODEL_BROKEN, STORAGE_FAILED, INTERNAL -> Status.Code.INTERNAL;
            case UNSUPPORTED -> Status.Code.UNIMPLEMENTED;
            case NOT_READY, OVERLOADED -> Status.Code.UNAVAILABLE;
            case STALLED, DEADLINE_EXCEEDED -> Status.Code.DEADLINE_EXCEEDED;
        };
    }

    /// The code under which a failure over REST is counted: an unknown signature is another fault there than over gRPC.
    static Status.Code restCode(ErrorKind kind) {
        return kind == ErrorKind.SIGNATURE_NOT_FOUND ? Status.Code.INVALID_ARGUMENT : grpcCode(kind);
    }

    /// What to tell the client about anything that was thrown. A bug is logged here, so this is called once for each
    /// failure, at the edge; the client learns nothing of what is inside.
    static ServingException answerable(Throwable failure) {
        Throwable cause = failure;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause instanceof ServingException known) {
            if (known.kind() == ErrorKind.INTERNAL) {
                LOG.error(BUG, known);
            }
            return known;
        }
        if (cause instanceof OutOfMemoryError) {
            LOG.warnf("there was not enough memory for a request: %s", cause.getMessage());
            return new ServingException(
                    ErrorKind.TOO_LARGE,
                    "the server's memory did not suffice for this request: send less at once, or give the server more");
        }
        LOG.error(BUG, cause);
        return new ServingException(ErrorKind.INTERNAL, "internal error; the server's log says more");
    }

    /// [#answerable] as gRPC carries it.
    static StatusRuntimeException grpc(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof StatusRuntimeException refusal) {
            // What only gRPC can say: it knows codes that no kind of error has.
            Status status = refusal.getStatus();
            String description = status.getDescription();
            return description == null
                    ? refusal
                    : status.withDescription(cut(description)).asRuntimeException();
        }
        ServingException known = answerable(failure);
        Status status = grpcCode(known.kind()).toStatus().withDescription(cut(known.getMessage()));
        String hint = known.hint();
        if (hint == null) {
            return status.asRuntimeException();
        }
        Metadata trailers = new Metadata();
        trailers.put(HINT, cut(NOT_PRINTABLE.matcher(hint).replaceAll("?")));
        return status.asRuntimeException(trailers);
    }

    /// Counts bytes, as TensorFlow Serving does: in the header each may take three.
    private static String cut(String message) {
        byte[] bytes = message.getBytes(UTF_8);
        if (bytes.length <= MAX_DESCRIPTION) {
            return message;
        }
        int end = MAX_DESCRIPTION;
        while ((bytes[end] & 0xc0) == 0x80) {
            // Inside a character.
            end--;
        }
        return new String(bytes, 0, end, UTF_8) + "...TRUNCATED";
    }
}
