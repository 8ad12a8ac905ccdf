package io.kaon.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class WhereTimeGoesTest {
    @Test
    void givesEachStackToTheFirstPartThatIsInIt() {
        WhereTimeGoes seen = WhereTimeGoes.of(List.of(
                "[vert.x-eventloop-thread-0 tid=1];io/kaon/app/port/HttpPort.enter;ai/onnxruntime/OrtSession.run;MlasGemm 5",
                "[vert.x-eventloop-thread-0 tid=1];io/kaon/app/port/HttpPort.enter;io/kaon/protocol/json/FloatRun.read 2",
                "[vert.x-eventloop-thread-0 tid=1];io/netty/x;sun/nio/ch/SocketDispatcher.write0;tcp_sendmsg_[k] 9",
                "[vert.x-eventloop-thread-0 tid=1];io/vertx/x;io/kaon/app/port/HttpPort.enter;java/util/HashMap.get;memcpy 1",
                "[vert.x-eventloop-thread-0 tid=1];io/kaon/app/port/HttpPort.enter;io/vertx/core/http/HttpServerResponse.end 1",
                "[C2 CompilerThre tid=2];Compile::Optimize 2"));
        assertThat(seen.text())
                .isEqualTo("write 45.0 %, ONNX Runtime 25.0 %, compiler 10.0 %, JSON 10.0 %,"
                        + " the rest of Kaon 5.0 %, Netty, Vert.x, gRPC and the framework 5.0 %");
    }
}
