package io.kaon.protocol.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.serving.InFlightBytes;
import io.kaon.serving.WorkingMemory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

final class GzipBodyTest {
    private static final int MIB = 1 << 20;

    private final InFlightBytes inFlight = new InFlightBytes(4 * MIB);

    @Test
    void unpacksAndSetsTheBytesAside() {
        byte[] text = "{\"instances\": [1]}".getBytes(UTF_8);
        assertThat(new GzipBody(gzip(text), limits(MIB)).begin().finish().join())
                .isEqualTo(text);
        assertThat(inFlight.used()).isEqualTo(text.length);
    }

    /// What is left is unpacked where it holds up no other client.
    @Test
    void unpacksAFewKilobytesToBeginWith() {
        GzipBody small = new GzipBody(gzip(new byte[60 << 10]), limits(MIB)).begin();
        assertThat(small.isWhole()).isTrue();
        GzipBody bomb = new GzipBody(gzip(new byte[MIB]), limits(MIB)).begin();
        assertThat(bomb.isWhole()).isFalse();
        assertThat(inFlight.used()).isEqualTo((60 << 10) + (64 << 10));
        assertThat(bomb.finish().join()).hasSize(MIB);
    }

    @Test
    void unpacksMembersThatFollowEachOther() {
        byte[] two = Arrays.copyOf(gzip("[1".getBytes(UTF_8)), 200);
        byte[] second = gzip(",2]".getBytes(UTF_8));
        int first = gzip("[1".getBytes(UTF_8)).length;
        System.arraycopy(second, 0, two, first, second.length);
        assertThat(new GzipBody(Arrays.copyOf(two, first + second.length), limits(MIB))
                        .begin()
                        .finish()
                        .join())
                .isEqualTo("[1,2]".getBytes(UTF_8));
    }

    /// A megabyte of zeros takes a thousand bytes.
    @Test
    void stopsAtTheLimitForOneBody() {
        refuses(gzip(new byte[3 * MIB]), limits(2 * MIB), ErrorKind.TOO_LARGE, "at most " + 2 * MIB + " bytes");
    }

    @Test
    void stopsWhenAllRequestsTogetherHoldTooMuch() {
        assertThat(inFlight.tryReserve(3 * MIB, 0)).isTrue();
        refuses(gzip(new byte[2 * MIB]), limits(3 * MIB), ErrorKind.OVERLOADED, "try again later");
    }

    @Test
    void callsWhatIsNoGzipEmptyAsTensorFlowServingDoes() {
        refuses("{}".getBytes(UTF_8), limits(MIB), ErrorKind.INVALID_REQUEST, "The document is empty");
        byte[] cut = gzip(new byte[1000]);
        refuses(Arrays.copyOf(cut, cut.length - 10), limits(MIB), ErrorKind.INVALID_REQUEST, "The document is empty");
    }

    private void refuses(byte[] packed, HttpLimits limits, ErrorKind kind, String phrase) {
        long before = inFlight.used();
        ServingException refusal = catchThrowableOfType(
                ServingException.class,
                () -> new GzipBody(packed, limits).begin().finish());
        assertThat(refusal.kind()).isEqualTo(kind);
        assertThat(refusal).hasMessageContaining(phrase);
        assertThat(inFlight.used()).isEqualTo(before);
    }

    private HttpLimits limits(long bodyBytes) {
        return new HttpLimits(
                bodyBytes,
                new BodyWatch(Duration.ofSeconds(1)),
                MIB,
                Runnable::run,
                0,
                inFlight,
                new WorkingMemory(MIB));
    }

    private static byte[] gzip(byte[] plain) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(plain);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return packed.toByteArray();
    }
}
