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
import org.junit.jupiter.api.Test;

final class GrpcInFlightTest {
    private final InFlightBytes bytes = new InFlightBytes(100);
    private final GrpcInFlight counting = new GrpcInFlight(bytes);

    @Test
    void countsWhatArrivesUntilTheStreamCloses() {
        RecordingCall call = new RecordingCall();
        call.tracer.inboundWireSize(60);
        assertThat(bytes.used()).isEqualTo(60);
        call.tracer.streamClosed(Status.OK);
        assertThat(bytes.used()).isZero();
    }

    @Test
    void countsACompressedMessageByWhatItBecomes() {
        RecordingCall call = new RecordingCall();
        call.tracer.inboundWireSize(10);
        call.tracer.inboundUncompressedSize(70);
        assertThat(bytes.used()).isEqualTo(70);
        call.tracer.streamClosed(Status.OK);
        assertThat(bytes.used()).isZero();
    }

    /// Chunks of many calls arrive in one read, before any stream closes.
    @Test
    void whatARefusedCallHeldIsThereForTheOthersAtOnce() {
        RecordingCall refused = new RecordingCall();
        RecordingCall other = new RecordingCall();
        other.tracer.inboundWireSize(60);
        refused.tracer.inboundWireSize(30);
        refused.tracer.inboundWireSize(20);
        assertThat(refused.status.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(refused.status.getDescription()).contains("90 of at most 100 bytes");

        other.tracer.inboundWireSize(40);
        assertThat(other.status).isEqualTo(Status.OK);
        refused.tracer.inboundWireSize(20);
        refused.tracer.streamClosed(Status.UNAVAILABLE);
        assertThat(bytes.used()).isEqualTo(100);
        other.tracer.streamClosed(Status.OK);
        assertThat(bytes.used()).isZero();
    }

    /// A call that remembers with what it was closed; OK while it is open.
    private final class RecordingCall extends ServerCall<PredictRequest, PredictResponse> {
        private final ServerStreamTracer tracer = counting.newServerStreamTracer("Predict", new Metadata());
        private Status status = Status.OK;

        RecordingCall() {
            Context context = tracer.filterContext(Context.ROOT);
            context.run(() -> counting.interceptCall(this, new Metadata(), (_, _) -> new Listener<>() {}));
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
