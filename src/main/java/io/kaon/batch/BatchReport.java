package io.kaon.batch;

/// What there is to say about one batch that has run.
///
/// @param closed why no more requests were added to it
/// @param requests how many were in it
/// @param rows of all of them together; a request that cannot be merged counts as one
/// @param padding rows that were added to reach an allowed size
/// @param queuedNanos how long the oldest request waited
public record BatchReport(Closed closed, int requests, int rows, int padding, long queuedNanos) {
    /// Why a batch took no more.
    public enum Closed {
        /// The request cannot be merged, or merging is off.
        ALONE,
        /// It has as many rows as a batch may have, or as pay.
        FULL,
        /// The event loop had no more to read.
        TICK_ENDED,
        /// A lane was free, and nothing more was waiting.
        LANE_FREE,
        /// The longest wait was over.
        DELAY_ENDED
    }
}
