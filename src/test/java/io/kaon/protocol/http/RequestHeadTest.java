package io.kaon.protocol.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.vertx.core.http.impl.headers.HeadersMultiMap;
import java.util.Objects;
import org.junit.jupiter.api.Test;

final class RequestHeadTest {
    private final HeadersMultiMap headers = HeadersMultiMap.httpHeaders();

    @Test
    void takesOneHostAndChunksInAnyCase() {
        headers.add("hOST", "a").add("Transfer-encoding", "Chunked").add("Hosts", "b");
        assertThat(RequestHead.refusal(headers)).isNull();
    }

    @Test
    void refusesASecondHostEvenIfItIsTheSame() {
        headers.add("Host", "a").add("host", "a");
        assertThat(refusal().kind()).isEqualTo(ErrorKind.INVALID_REQUEST);
        assertThat(refusal()).hasMessageContaining("expected one Host header");
    }

    @Test
    void doesNotKnowWhatStandsBeforeChunked() {
        headers.add("Transfer-Encoding", "gzip, chunked");
        assertThat(refusal().kind()).isEqualTo(ErrorKind.UNSUPPORTED);
        assertThat(refusal()).hasMessageContaining("got \"gzip, chunked\"");
    }

    @Test
    void refusesABodyWithoutAnEnd() {
        headers.add("Transfer-Encoding", "chunked").add("Transfer-Encoding", "gzip");
        assertThat(refusal().kind()).isEqualTo(ErrorKind.INVALID_REQUEST);
        headers.clear();
        headers.add("Transfer-Encoding", "identity");
        assertThat(refusal().kind()).isEqualTo(ErrorKind.INVALID_REQUEST);
    }

    private ServingException refusal() {
        return Objects.requireNonNull(RequestHead.refusal(headers));
    }
}
