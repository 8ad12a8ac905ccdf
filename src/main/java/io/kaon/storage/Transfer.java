package io.kaon.storage;

import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import java.util.concurrent.atomic.AtomicLong;

/// How far a copy has come, and the means to end it early. Stores tell and ask; others look and cancel.
///
/// Safe for use by all threads.
public class Transfer {
    private final AtomicLong copied = new AtomicLong();
    private final AtomicLong found = new AtomicLong();
    private volatile boolean cancelled;

    /// So many more bytes have been copied to where they belong.
    ///
    /// @throws ServingException as [#check]
    public void add(long more) {
        copied.addAndGet(more);
        check();
    }

    /// So many more bytes are where they belong since an earlier copy, which was broken off, and need not
    /// be copied.
    ///
    /// @throws ServingException as [#check]
    public void found(long more) {
        found.addAndGet(more);
        check();
    }

    /// Asked by the store before whatever takes long.
    ///
    /// @throws ServingException CANCELLED if the copy is not wanted any more
    public void check() {
        if (cancelled) {
            throw new ServingException(ErrorKind.CANCELLED, "the copy is not wanted any more");
        }
    }

    /// Ends the copy soon. What it has copied stays, for the next one.
    public void cancel() {
        cancelled = true;
    }

    public boolean isCancelled() {
        return cancelled;
    }

    /// Bytes that are where they belong: those that were copied, and those that were found.
    public long bytes() {
        return copied.get() + found.get();
    }

    /// Bytes that this copy has copied.
    public long copied() {
        return copied.get();
    }
}
