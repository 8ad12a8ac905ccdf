package io.kaon.batch;

/// Whether requests for one signature are merged, for people and metrics.
///
/// @param signature name
/// @param reason what has been shown so far, or why requests run apart
public record MergeReport(String signature, State state, String reason) {
    /// How far merging has come.
    public enum State {
        /// Requests run apart while the version shows in the background that its rows do not touch each other.
        PROVING,
        /// The version did not show it by itself, so live requests do: each runs alone too, and that answer is given.
        ON_TRIAL,
        /// Requests run together.
        MERGED,
        /// Requests run apart for good.
        APART
    }
}
