package io.kaon.protocol.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RequestBodyTest {
    @Test
    @SuppressWarnings("deprecation")
    void doesNotCopyAPartThatCameAlone() {
        Buffer part = read("{\"instances\": [1]}");
        assertThat(body(part).join()).isSameAs(part.getByteBuf().array());
    }

    @Test
    void leavesOutWhatIsNotOfThePart() {
        Buffer part = read("..body.").slice(2, 6);
        assertThat(body(part).join()).asString(US_ASCII).isEqualTo("body");
    }

    @Test
    void joinsParts() {
        assertThat(body(read("a"), read(""), read("bc")).join())
                .asString(US_ASCII)
                .isEqualTo("abc");
        assertThat(body().join()).isEmpty();
    }

    private static Buffer read(String text) {
        return Buffer.buffer(text.getBytes(US_ASCII));
    }

    private static RequestBody body(Buffer... parts) {
        List<Buffer> all = new ArrayList<>(List.of(parts));
        return new RequestBody(all, all.stream().mapToInt(Buffer::length).sum());
    }
}
