package io.kaon.app.port;

import io.grpc.Context;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import io.kaon.serving.InFlightBytes;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Watches gRPC messages while they arrive: counts their bytes, and ends the calls that would take more than there is
/// or that stop sending.
///
/// ## How it works
///
/// gRPC collects a whole message before it shows it; only a tracer hears of the parts. So there are two halves: the
/// tracer counts, and the interceptor, which sees the call itself, gives the tracer the means to end it. Both run on
/// the event loop of the connection.
///
/// ## What is counted
///
/// The parts of a message are slices of the buffers that were read from the socket, and a slice of any size keeps its
/// whole buffer. So until its message is whole, each part counts as [#LEAST_PART] at least; a client that sends a
/// gigabyte in tiny parts is refused as if it had sent large ones. A large message that is whole counts [#WEIGHT]
/// times: it becomes objects, tensors, results and an answer before its call ends. Each call counts [#CALL] more, for
/// what the server remembers of it, and its metadata if there is much of that.
///
/// Once the answer is written, it counts in place of its request, until it has been sent. On a stream of many messages
/// each is given back when it has been handled, and of the answers the last one counts: the services that have such
/// streams write no answer while the one before waits to be sent.
///
/// A refused call gives back what it held at once, not when its stream has closed: parts of many calls arrive in one
/// read, and if none of the refused made room for the rest, all of them would be refused.
public final class GrpcInFlight extends ServerStreamTracer.Factory {
    /// Direct memory is as large as the heap, and all requests may hold a quarter of that: this is a quarter of what a
    /// part can keep, with the buffers of [GrpcPort].
    private static final long LEAST_PART = 8 << 10;

    /// What gRPC, HTTP/2 and the services hold for a call, whatever its messages.
    private static final long CALL = 4 << 10;

    static final int LOOKS = 4;

    /// What is smaller is not worth counting more than once.
    private static final long LARGE = 64 << 10;

    private static final int WEIGHT = 4;

    private static final Context.Key<Counter> COUNTER = Context.key("in-flight-bytes");

    private final InFlightBytes inFlight;
    private final Duration stall;
    private final Supplier<Executor> loop;
    private final GrpcEndings endings;
    private final Set<Counter> arriving = ConcurrentHashMap.newKeySet();

    /// @param endings hears of the calls that gRPC ends by itself
    /// @param stall how long a message may make no progress
    /// @param loop the event loop of the current thread
    public GrpcInFlight(InFlightBytes inFlight, Duration stall, GrpcEndings endings, Supplier<Executor> loop) {
        this.endings = endings;
        this.inFlight = inFlight;
        this.stall = stall;
        this.loop = loop;
    }

    /// What one message may take.
    public int largestMessage(long limit) {
        return Math.toIntExact(Math.min(limit, inFlight.largest()));
    }

    /// Called [#LOOKS] times while a message may make no progress; ends the calls that made none for so long.
    void endStalled() {
        arriving.forEach(counter -> counter.loop.execute(counter::endIfStalled));
    }

    Duration stall() {
        return stall;
    }

    @Override
    public ServerStreamTracer newServerStreamTracer(String fullMethodName, Metadata headers) {
        Counter counter = new Counter(loop.get());
        arriving.add(counter);
        return counter;
    }

    /// Has the form of [io.grpc.ServerInterceptor]. The class does not implement it, because the framework would take
    /// it for one of its own interceptors.
    <Q, A> ServerCall.Listener<Q> interceptCall(ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        Counter counter = COUNTER.get();
        if (counter == null) {
            return next.startCall(call, headers);
        }
        counter.call = call;
        boolean stream = call.getMethodDescriptor().getType() != MethodType.UNARY;
        counter.stream = stream;
        long metadata = GrpcMetadata.size(headers);
        if (metadata > GrpcMetadata.MOST) {
            counter.end(GrpcMetadata.tooLarge(metadata));
            return new ServerCall.Listener<>() {};
        }
        counter.begin(CALL + (metadata > CALL ? metadata : 0));
        return new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {
            @Override
            public void onMessage(Q message) {
                super.onMessage(message);
                if (stream) {
                    counter.handled();
                }
            }

            // A message whose last part was one too many is whole all the same; it is not answered any more.
            @Override
            public void onHalfClose() {
                if (!counter.ended) {
                    super.onHalfClose();
                }
            }
        };
    }

    private final class Counter extends ServerStreamTracer {
        private final Executor loop;
        private @Nullable ServerCall<?, ?> call;
        private boolean stream;
        private boolean whole;
        /// Of the call, whatever its messages.
        private long own;
        /// Of the message that arrives or is being handled: bytes of the wire, and what it counts for.
        private long wire;

        private long uncompressed;
        private long kept;
        private long sent;
        private long reserved;
        private long seen = -1;
        private int idle;
        private boolean ended;

        Counter(Executor loop) {
            this.loop = loop;
        }

        @Override
        public Context filterContext(Context context) {
            return context.withValue(COUNTER, this);
        }

        void begin(long bytes) {
            own = bytes;
            count();
        }

        @Override
        public void inboundWireSize(long bytes) {
            if (stream && wire == 0 && !ended) {
                idle = 0;
                seen = -1;
                arriving.add(this);
            }
            wire += bytes;
            kept += Math.max(bytes, LEAST_PART);
            count();
        }

        /// A compressed message is counted by what it becomes, while it becomes it.
        @Override
        public void inboundUncompressedSize(long bytes) {
            uncompressed += bytes;
            count();
        }

        /// The message is whole: it is about to be copied out of the buffers.
        @Override
        public void inboundMessageRead(int number, long wireSize, long uncompressedSize) {
            arriving.remove(this);
            whole = true;
            // A message that alone weighs more than there is may still come, when nothing else is there.
            kept = wire <= LARGE ? wire : Math.max(wire, Math.min(WEIGHT * wire, inFlight.largest() - own));
            count();
        }

        /// The message is not needed any more.
        void handled() {
            wire = 0;
            uncompressed = 0;
            kept = 0;
            count();
        }

        private void count() {
            if (ended) {
                return;
            }
            long more = own + Math.max(kept, uncompressed) + sent - reserved;
            if (more <= 0) {
                inFlight.release(-more);
                reserved += more;
            } else if (inFlight.tryReserve(more, reserved)) {
                reserved += more;
            } else {
                end(Status.UNAVAILABLE.withDescription(inFlight.full().getMessage()));
            }
        }

        private void endIfStalled() {
            idle = seen == wire ? idle + 1 : 0;
            if (idle == LOOKS) {
                end(Status.DEADLINE_EXCEEDED.withDescription(
                        "the message stalled: " + wire + " bytes came, then nothing for " + stall.toSeconds() + " s"));
            }
            seen = wire;
        }

        private void end(Status status) {
            if (!ended && call != null) {
                release();
                call.close(status, new Metadata());
            }
        }

        /// An answer must go out, so it asks for no room. What it was made of is not needed any more.
        @Override
        public void outboundWireSize(long bytes) {
            if (ended) {
                return;
            }
            if (!stream) {
                wire = 0;
                uncompressed = 0;
                kept = 0;
            }
            sent = stream ? bytes : sent + bytes;
            long now = own + Math.max(kept, uncompressed) + sent;
            if (now > reserved) {
                inFlight.add(now - reserved);
            } else {
                inFlight.release(reserved - now);
            }
            reserved = now;
        }

        @Override
        public void streamClosed(Status status) {
            // Ended by gRPC itself, which could not read the message.
            ServerCall<?, ?> known = call;
            if (!ended && !whole && known != null && isOurs(status)) {
                endings.ended(known.getMethodDescriptor().getFullMethodName(), status);
            }
            release();
        }

        private static boolean isOurs(Status status) {
            return status.getCode() == Status.Code.RESOURCE_EXHAUSTED || status.getCode() == Status.Code.INTERNAL;
        }

        private void release() {
            ended = true;
            arriving.remove(this);
            inFlight.release(reserved);
            reserved = 0;
        }
    }
}
