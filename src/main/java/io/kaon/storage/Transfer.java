package io.kaon.storage;

import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import java.util.concurrent.atomic.AtomicLong;

/// How far a copy has come, and the means to end it early. Stores tell and ask; others look and cancel.
///
/// Safe for use by all threads.
public class Transfer {
    private final AtomicLong bytes = new AtomicLong();
    private volatile boolean cancelled;

    /// So many more bytes are where they belong. A copy that goes on where an earlier one was broken off counts what it
    /// found as well.
    ///
    /// @throws ServingException as [#check]
    public void add(long more) {
        bytes.addAndGet(more);
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

    /// Bytes that are copied.
    public long bytes() {
        return bytes.get();
    }
}
