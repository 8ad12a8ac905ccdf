package io.kaon.testkit;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32C;

/// One generation of an object in [FakeGcs], with its checksums as Google tells them. Immutable.
final class FakeGcsObject {
    private static final AtomicLong GENERATIONS = new AtomicLong(1_700_000_000_000_000L);

    private final byte[] bytes;
    private final boolean composed;
    private final long generation = GENERATIONS.incrementAndGet();
    private final Instant updated = Instant.now();

    /// @param composed of others, so that it has no MD5
    FakeGcsObject(byte[] bytes, boolean composed) {
        this.bytes = bytes.clone();
        this.composed = composed;
    }

    /// Not to be written to.
    byte[] bytes() {
        return bytes;
    }

    long generation() {
        return generation;
    }

    Instant updated() {
        return updated;
    }

    String crc32c() {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return base64(
                ByteBuffer.allocate(Integer.BYTES).putInt((int) crc.getValue()).array());
    }

    Optional<String> md5() {
        try {
            return composed
                    ? Optional.empty()
                    : Optional.of(base64(MessageDigest.getInstance("MD5").digest(bytes)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }
}
