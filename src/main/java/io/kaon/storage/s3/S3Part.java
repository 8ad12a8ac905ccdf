package io.kaon.storage.s3;

import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.storage.Location;
import io.kaon.storage.Transfer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.RetryableException;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/// Writes the answer to one request where it belongs in a file. A request that fails on its way is made again by the
/// client library, and begins again here: what the attempt before has written is written over, and no longer counted.
///
/// One thread, which waits for bytes.
final class S3Part implements ResponseTransformer<GetObjectResponse, Long> {
    /// As much as the JDK reads from a socket at once.
    static final int STEP = 128 << 10;

    private final Location object;
    private final S3Partial.Growing growing;
    private final String tag;
    private final long from;
    private final long length;
    private final byte[] step;
    private final Transfer transfer;
    private @Nullable IOException notWritten;

    /// @param tag that the object must have; empty if the server gives none
    /// @param from where the part begins in the file, in bytes
    /// @param length of the part, in bytes
    /// @param step what is read into, for this part alone until it has ended; [#STEP] long
    S3Part(
            Location object,
            S3Partial.Growing growing,
            String tag,
            long from,
            long length,
            byte[] step,
            Transfer transfer) {
        this.object = object;
        this.growing = growing;
        this.tag = tag;
        this.from = from;
        this.length = length;
        this.step = step;
        this.transfer = transfer;
    }

    /// Why what came could not be written; null if it could.
    @Nullable
    IOException notWritten() {
        return notWritten;
    }

    @Override
    public Long transform(GetObjectResponse response, AbortableInputStream body) {
        long written = 0;
        boolean whole = false;
        try {
            requireWanted(response);
            for (int read = read(body); read >= 0; read = read(body)) {
                if (written + read > length) {
                    throw refused("expected " + length + " bytes from byte " + from + ", got more");
                }
                write(read, from + written);
                written += read;
                transfer.add(read);
            }
            if (written < length) {
                throw RetryableException.create("the answer ended after " + written + " of " + length + " bytes");
            }
            whole = true;
            return written;
        } finally {
            if (!whole) {
                body.abort();
                takeBack(written);
            }
        }
    }

    private void requireWanted(GetObjectResponse response) {
        if (!tag.isEmpty() && response.eTag() != null && !tag.equals(response.eTag())) {
            throw refused("has changed since it was listed: expected " + tag + ", got " + response.eTag());
        }
        if (Objects.requireNonNullElse(response.contentLength(), length) != length) {
            throw refused("is not what was asked for: expected " + length + " bytes from byte " + from + ", got "
                    + response.contentLength());
        }
    }

    private int read(AbortableInputStream body) {
        try {
            return body.read(step);
        } catch (IOException broken) {
            throw RetryableException.create("the answer broke off: " + broken.getMessage(), broken);
        }
    }

    private void write(int count, long position) {
        try {
            growing.write(ByteBuffer.wrap(step, 0, count), position);
        } catch (IOException failure) {
            notWritten = failure;
            throw new IllegalStateException("the part cannot be written", failure);
        }
    }

    /// What was written is written again, or not there any more.
    private void takeBack(long written) {
        if (written > 0 && !transfer.isCancelled()) {
            transfer.add(-written);
        }
    }

    /// What came is not what was asked for, and will not be if it is asked for again.
    private ServingException refused(String why) {
        return new ServingException(ErrorKind.STORAGE_FAILED, object + " " + why);
    }
}
