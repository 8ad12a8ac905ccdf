package io.kaon.storage.remote;

import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.storage.Location;
import io.kaon.storage.Transfer;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// One part of a file, or all of it, on its way from a store to where it belongs. When a [RemoteReader] asks
/// again after a failure, the part begins again: what the attempt before has written is written over, and no
/// longer counted.
///
/// One thread, which waits for bytes.
public final class PartCopy {
    /// As much as the JDK reads from a socket at once.
    static final int STEP = 128 << 10;

    private final Location file;
    private final PartialCopy.Growing growing;
    private final long from;
    private final long length;
    private final boolean only;
    private final byte[] step;
    private final Transfer transfer;
    private @Nullable IOException notWritten;
    private boolean complete;

    /// @param from where the part begins in the file, in bytes
    /// @param length of the part, in bytes
    /// @param only whether it is all of the file
    /// @param step what is read into, for this part alone until it has ended; [#STEP] long
    PartCopy(
            Location file,
            PartialCopy.Growing growing,
            long from,
            long length,
            boolean only,
            byte[] step,
            Transfer transfer) {
        this.file = file;
        this.growing = growing;
        this.from = from;
        this.length = length;
        this.only = only;
        this.step = step;
        this.transfer = transfer;
    }

    /// The file that it is of.
    public Location file() {
        return file;
    }

    /// Where it begins in the file, in bytes.
    public long from() {
        return from;
    }

    /// Its length, in bytes.
    public long length() {
        return length;
    }

    /// Whether it is all of the file, so that no range need be asked for.
    public boolean isWhole() {
        return only;
    }

    /// Why what came could not be written; null if it could.
    @Nullable
    IOException notWritten() {
        return notWritten;
    }

    boolean isComplete() {
        return complete;
    }

    /// Reads the part to its end, and writes it where it belongs. Does not close the stream.
    ///
    /// @param body begins with the part's first byte
    /// @throws IOException if the stream breaks off or ends early: worth asking again
    /// @throws ServingException STORAGE_FAILED if more comes than was asked for, CANCELLED if the transfer is
    /// @throws IllegalStateException if it cannot be written here
    public void take(InputStream body) throws IOException {
        long written = 0;
        complete = false;
        try {
            for (int read = read(body); read >= 0; read = read(body)) {
                if (written + read > length) {
                    throw new ServingException(
                            ErrorKind.STORAGE_FAILED,
                            file + " is not what was asked for: expected " + length + " bytes from byte " + from
                                    + ", got more");
                }
                write(read, from + written);
                written += read;
                transfer.add(read);
            }
            if (written < length) {
                throw new EOFException("the answer ended after " + written + " of " + length + " bytes");
            }
            complete = true;
        } finally {
            if (!complete) {
                takeBack(written);
            }
        }
    }

    private int read(InputStream body) throws IOException {
        try {
            return body.read(step);
        } catch (IOException broken) {
            throw new IOException("the answer broke off: " + broken.getMessage(), broken);
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
}
