package io.kaon.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import io.kaon.protocol.tfs.proto.PredictRequest;
import io.kaon.protocol.tfs.proto.PredictResponse;
import io.kaon.protocol.tfs.proto.PredictionServiceGrpc;
import io.kaon.serving.InFlightBytes;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class GrpcInFlightTest {
    private static final int KIB = 1 << 10;

    private final InFlightBytes bytes = new InFlightBytes(100 * KIB);
    private final GrpcInFlight counting = new GrpcInFlight(bytes, Duration.ofSeconds(7), () -> Runnable::run);

    @Test
    void countsWhatArrivesUntilTheStreamCloses() {
        RecordingCall call = new RecordingCall();
        call.tracer.inboundWireSize(60 * KIB);
        assertThat(bytes.used()).isEqualTo(60 * KIB);
        call.tracer.inboundMessageRead(0, 60 * KIB, 60 * KIB);
        assertThat(bytes.used()).isEqualTo(60 * KIB);
        call.tracer.outboundWireSize(70 * KIB);
        assertThat(bytes.used()).isEqualTo(130 * KIB);
        call.tracer.streamClosed(Status.OK);
        assertThat(bytes.used()).isZero();
    }

    @Test
    void countsALargeMessageByWhatItBecomesButLetsItComeAlone() {
        RecordingCall call = new RecordingCall();
        call.tracer.inboundWireSize(65 * KIB);
        call.tracer.inboundMessageRead(0, 65 * KIB, 65 * KIB);
        assertThat(bytes.used()).isEqualTo(100 * KIB);
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
        assertThat(bytes.used()).isEqualTo(70 * KIB);
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
        assertThat(bytes.used()).isEqualTo(96 * KIB);
        call.tracer.inboundMessageRead(0, 12, 12);
        assertThat(bytes.used()).isEqualTo(12);
        call.tracer.streamClosed(Status.OK);
        assertThat(bytes.used()).isZero();
    }

    /// Parts of many calls arrive in one read, before any stream closes.
    @Test
    void whatARefusedCallHeldIsThereForTheOthersAtOnce() {
        RecordingCall refused = new RecordingCall();
        RecordingCall other = new RecordingCall();
        other.tracer.inboundWireSize(60 * KIB);
        refused.tracer.inboundWireSize(30 * KIB);
        refused.tracer.inboundWireSize(20 * KIB);
        assertThat(refused.status.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(refused.status.getDescription()).contains(90 * KIB + " of at most " + 100 * KIB + " bytes");

        other.tracer.inboundWireSize(40 * KIB);
        assertThat(other.status).isEqualTo(Status.OK);
        refused.tracer.inboundWireSize(20 * KIB);
        refused.tracer.streamClosed(Status.UNAVAILABLE);
        assertThat(bytes.used()).isEqualTo(100 * KIB);
        other.tracer.streamClosed(Status.OK);
        assertThat(bytes.used()).isZero();
    }

    @Test
    void aRefusedMessageIsNotHandledEvenIfItIsWhole() {
        RecordingCall taken = new RecordingCall();
        taken.listener.onHalfClose();
        assertThat(taken.handled).isTrue();

        RecordingCall refused = new RecordingCall();
        refused.tracer.inboundWireSize(101 * KIB);
        refused.listener.onHalfClose();
        assertThat(refused.handled).isFalse();
        taken.tracer.streamClosed(Status.OK);
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

    /// A call that remembers with what it was closed; OK while it is open.
    private final class RecordingCall extends ServerCall<PredictRequest, PredictResponse> {
        private final ServerStreamTracer tracer = counting.newServerStreamTracer("Predict", new Metadata());
        private final Listener<PredictRequest> listener;
        private Status status = Status.OK;
        private boolean handled;

        RecordingCall() {
            Context context = tracer.filterContext(Context.ROOT);
            Context before = context.attach();
            listener = counting.interceptCall(this, new Metadata(), (_, _) -> new Listener<>() {
                @Override
                public void onHalfClose() {
                    handled = true;
                }
            });
            context.detach(before);
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
        public void sendMessage(PredictResponse message) {}

        @Override
        public boolean isCancelled() {
            return false;
        }

        @Override
        public MethodDescriptor<PredictRequest, PredictResponse> getMethodDescriptor() {
            return PredictionServiceGrpc.getPredictMethod();
        }
    }
}
