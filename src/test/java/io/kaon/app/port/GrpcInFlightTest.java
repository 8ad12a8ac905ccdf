package io.kaon.app.port;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.kaon.protocol.tfs.proto.PredictionServiceGrpc;
import io.kaon.serving.InFlightBytes;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class GrpcInFlightTest {
    private static final int KIB = 1 << 10;

    /// What a call counts besides its messages.
    private static final int CALL = 4 * KIB;

    private static final int LIMIT = 800 * KIB;
    private static final int LARGEST = 700 * KIB;

    private final InFlightBytes bytes = new InFlightBytes(LIMIT);
    private final GrpcInFlight counting =
            new GrpcInFlight(bytes, Duration.ofSeconds(7), new GrpcEndings(System::nanoTime), () -> Runnable::run);

    @Test
    void countsWhatArrivesUntilTheStreamCloses() {
        RecordingCall call = new RecordingCall();
        call.tracer.inboundWireSize(60 * KIB);
        assertThat(bytes.used()).isEqualTo(60 * KIB + CALL);
        call.tracer.inboundMessageRead(0, 60 * KIB, 60 * KIB);
        assertThat(bytes.used()).isEqualTo(60 * KIB + CALL);
        call.tracer.outboundWireSize(50 * KIB);
        call.tracer.outboundWireSize(20 * KIB);
        assertThat(bytes.used()).as("the answer, in place of the request").isEqualTo(70 * KIB + CALL);
        call.tracer.streamClosed(Status.OK);
        assertThat(bytes.used()).isZero();
    }

    @Test
    void countsALargeMessageByWhatItBecomesButLetsItComeAlone() {
        RecordingCall call = new RecordingCall();
        call.tracer.inboundWireSize(300 * KIB);
        call.tracer.inboundMessageRead(0, 300 * KIB, 300 * KIB);
        assertThat(bytes.used()).isEqualTo(LARGEST);
        assertThat(call.status).isEqualTo(Status.OK);
        call.tracer.streamClosed(Status.OK);
        assertThat(bytes.used()).isZero();
    }

    @Test
    void countsACompressedMessageByWhatItBecomes() {
        RecordingCall call = new RecordingCall();
        call.tracer.inboundWireSize(10 * KIB);
        call.tracer.inboundMessageRead(0, 10 * KIB, -1);
        call.tracer.inboundUncompressedSize(70 * KIB);
        assertThat(bytes.used()).isEqualTo(70 * KIB + CALL);
        call.tracer.streamClosed(Status.OK);
        assertThat(bytes.used()).isZero();
    }

    /// Each may keep a whole buffer until the message has been copied out.
    @Test
    void countsTinyPartsAsBuffersUntilTheirMessageIsWhole() {
        RecordingCall call = new RecordingCall();
        for (int i = 0; i < 12; i++) {
            call.tracer.inboundWireSize(1);
        }
        assertThat(bytes.used()).isEqualTo(96 * KIB + CALL);
        call.tracer.inboundMessageRead(0, 12, 12);
        assertThat(bytes.used()).isEqualTo(12 + CALL);
        call.tracer.streamClosed(Status.OK);
        assertThat(bytes.used()).isZero();
    }

    /// Parts of many calls arrive in one read, before any stream closes.
    @Test
    void whatARefusedCallHeldIsThereForTheOthersAtOnce() {
        RecordingCall refused = new RecordingCall();
        RecordingCall other = new RecordingCall();
        other.tracer.inboundWireSize(420 * KIB);
        refused.tracer.inboundWireSize(200 * KIB);
        refused.tracer.inboundWireSize(200 * KIB);
        assertThat(refused.status.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(refused.status.getDescription()).contains(620 * KIB + 2 * CALL + " of at most " + LIMIT + " bytes");

        other.tracer.inboundWireSize(200 * KIB);
        assertThat(other.status).isEqualTo(Status.OK);
        refused.tracer.inboundWireSize(200 * KIB);
        refused.tracer.streamClosed(Status.UNAVAILABLE);
        assertThat(bytes.used()).isEqualTo(620 * KIB + CALL);
        other.tracer.streamClosed(Status.OK);
        assertThat(bytes.used()).isZero();
    }

    @Test
    void aRefusedMessageIsNotHandledEvenIfItIsWhole() {
        RecordingCall accepted = new RecordingCall();
        accepted.listener.onHalfClose();
        assertThat(accepted.handled).isTrue();

        RecordingCall refused = new RecordingCall();
        refused.tracer.inboundWireSize(LIMIT + 1);
        refused.listener.onHalfClose();
        assertThat(refused.handled).isFalse();
        accepted.tracer.streamClosed(Status.OK);
        refused.tracer.streamClosed(Status.UNAVAILABLE);
    }

    @Test
    void endsACallWhoseMessageStopsArriving() {
        RecordingCall stalled = new RecordingCall();
        RecordingCall slow = new RecordingCall();
        RecordingCall whole = new RecordingCall();
        stalled.tracer.inboundWireSize(20);
        slow.tracer.inboundWireSize(20);
        whole.tracer.inboundWireSize(20);
        whole.tracer.inboundMessageRead(0, 20, 20);
        for (int look = 0; look < GrpcInFlight.LOOKS; look++) {
            assertThat(stalled.status).isEqualTo(Status.OK);
            counting.endStalled();
        }
        slow.tracer.inboundWireSize(1);
        assertThat(stalled.status).isEqualTo(Status.OK);

        counting.endStalled();
        assertThat(stalled.status.getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
        assertThat(stalled.status.getDescription()).contains("20 bytes came, then nothing for 7 s");
        assertThat(slow.status).isEqualTo(Status.OK);
        assertThat(whole.status).isEqualTo(Status.OK);
        slow.tracer.streamClosed(Status.OK);
        whole.tracer.streamClosed(Status.OK);
        assertThat(bytes.used()).isZero();
    }

    /// On a stream that asks and is answered again and again, as reflection is used.
    @Test
    void givesBackWhatEachMessageOfAStreamTookOnceItIsHandled() {
        RecordingCall call = new RecordingCall(ServerReflectionGrpc.getServerReflectionInfoMethod(), new Metadata());
        for (int i = 0; i < 30_000; i++) {
            call.tracer.inboundWireSize(40);
            call.tracer.inboundMessageRead(i, 40, 40);
            call.tracer.outboundWireSize(10 * KIB);
            call.handle();
        }
        assertThat(call.status).isEqualTo(Status.OK);
        assertThat(bytes.used()).isEqualTo(10 * KIB + CALL);
        call.tracer.streamClosed(Status.OK);
        assertThat(bytes.used()).isZero();
    }

    @Test
    void endsAStreamWhoseLaterMessageStopsArriving() {
        RecordingCall call = new RecordingCall(ServerReflectionGrpc.getServerReflectionInfoMethod(), new Metadata());
        call.tracer.inboundWireSize(40);
        call.tracer.inboundMessageRead(0, 40, 40);
        call.handle();
        for (int look = 0; look <= GrpcInFlight.LOOKS; look++) {
            counting.endStalled();
        }
        assertThat(call.status).as("a stream may be idle between messages").isEqualTo(Status.OK);

        call.tracer.inboundWireSize(3);
        for (int look = 0; look <= GrpcInFlight.LOOKS; look++) {
            counting.endStalled();
        }
        assertThat(call.status.getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
        call.tracer.streamClosed(Status.DEADLINE_EXCEEDED);
    }

    @Test
    void refusesMetadataAboveTheLimitAndCountsLargeOnes() {
        RecordingCall large = new RecordingCall(PredictionServiceGrpc.getPredictMethod(), metadata(30 * KIB));
        assertThat(large.status).isEqualTo(Status.OK);
        assertThat(bytes.used()).isBetween(30L * KIB, 30L * KIB + CALL + 100);
        large.tracer.streamClosed(Status.OK);

        RecordingCall tooLarge = new RecordingCall(PredictionServiceGrpc.getPredictMethod(), metadata(64 * KIB));
        assertThat(tooLarge.status.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        assertThat(tooLarge.status.getDescription()).contains("at most " + 64 * KIB + " bytes");
        tooLarge.tracer.streamClosed(Status.RESOURCE_EXHAUSTED);
        assertThat(bytes.used()).isZero();
    }

    private static Metadata metadata(int size) {
        Metadata metadata = new Metadata();
        metadata.put(Metadata.Key.of("note", Metadata.ASCII_STRING_MARSHALLER), "x".repeat(size));
        return metadata;
    }

    /// A call that remembers with what it was closed; OK while it is open.
    private final class RecordingCall extends ServerCall<Object, Object> {
        private final ServerStreamTracer tracer;
        private final MethodDescriptor<?, ?> method;
        private final Listener<Object> listener;
        private Status status = Status.OK;
        private boolean handled;

        RecordingCall() {
            this(PredictionServiceGrpc.getPredictMethod(), new Metadata());
        }

        RecordingCall(MethodDescriptor<?, ?> method, Metadata headers) {
            this.method = method;
            tracer = counting.newServerStreamTracer(method.getFullMethodName(), headers);
            Context context = tracer.filterContext(Context.ROOT);
            Context before = context.attach();
            listener = counting.interceptCall(this, headers, (_, _) -> new Listener<>() {
                @Override
                public void onHalfClose() {
                    handled = true;
                }
            });
            context.detach(before);
        }

        void handle() {
            listener.onMessage("a message");
        }

        @Override
        public void close(Status with, Metadata trailers) {
            status = with;
        }

        @Override
        public void request(int messages) {}

        @Override
        public void sendHeaders(Metadata headers) {}

        @Override
        public void sendMessage(Object message) {}

        @Override
        public boolean isCancelled() {
            return false;
        }

        @Override
        @SuppressWarnings("unchecked") // Only its type is looked at.
        public MethodDescriptor<Object, Object> getMethodDescriptor() {
            return (MethodDescriptor<Object, Object>) method;
        }
    }
}
