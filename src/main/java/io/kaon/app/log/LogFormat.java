package io.kaon.app.log;

/// What one event of the log looks like.
public enum LogFormat {
    /// A line for people; a stack trace takes further lines.
    TEXT,
    /// An object on a line of its own, for programs that collect logs.
    JSON
}
