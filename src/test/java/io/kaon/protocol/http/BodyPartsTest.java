package io.kaon.protocol.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class BodyPartsTest {
    private static final long SEED = 20_261_129;

    private final BodyParts parts = new BodyParts();
    private final Buffer sent = Buffer.buffer();
    private long cost;

    private void send(Buffer part) {
        cost += parts.cost(part.length());
        parts.add(part);
        sent.appendBuffer(part);
    }

    @Test
    void copiesPartsOfOneByteTogether() {
        int count = 1 << 20;
        for (int i = 0; i < count; i++) {
            send(Buffer.buffer(new byte[] {(byte) i}));
        }
        assertThat(cost).isBetween((long) count, count + count / 32L);
        assertThat(parts.whole().join()).isEqualTo(sent.getBytes());
    }

    @Test
    void doesNotCopyAPartThatComesAlone() {
        Buffer only = Buffer.buffer("{\"instances\": [1]}");
        send(only);
        assertThat(parts.whole().join()).isEqualTo(only.getBytes());
        assertThat(cost).isLessThan(1000);
    }

    @Test
    void keepsTheOrderOfPartsOfAllSizes() {
        SplittableRandom random = new SplittableRandom(SEED);
        for (int i = 0; i < 500; i++) {
            byte[] part = new byte[random.nextInt(3) == 0 ? random.nextInt(1, 20_000) : random.nextInt(1, 50)];
            random.nextBytes(part);
            send(Buffer.buffer(part));
        }
        assertThat(cost).isGreaterThan(sent.length());
        RequestBody whole = parts.whole();
        assertThat(whole.length()).isEqualTo(sent.length());
        assertThat(whole.join()).isEqualTo(sent.getBytes());
    }

    /// Small and large by turns is the dearest that a client can do; it is counted.
    @Test
    void countsTheBlocksThatSmallPartsLeaveUnfilled() {
        send(Buffer.buffer(new byte[5000]));
        for (int i = 0; i < 100; i++) {
            send(Buffer.buffer(new byte[1]));
            send(Buffer.buffer(new byte[5000]));
        }
        assertThat(cost).isGreaterThan(100 * (5000 + (16 << 10)));
    }
}
