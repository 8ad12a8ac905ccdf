package io.kaon.app.terminal;

import io.kaon.storage.ByteSize;
import io.kaon.storage.ProgressReading;
import java.time.Duration;

/// How far a copy is, as one line of a terminal.
public final class ProgressBar {
    /// Goes to the beginning of the line and empties it.
    public static final String CLEAR = "\r\033[K";

    private static final int CELLS = 24;
    private static final int HUNDRED = 100;

    private ProgressBar() {}

    /// For example `[##########--------------]  42%  512.0 MiB of 1.2 GiB  85.3 MiB/s  8 s left`.
    public static String of(ProgressReading reading) {
        int full = CELLS * reading.percent() / HUNDRED;
        String left =
                reading.remaining().map(time -> "  " + text(time) + " left").orElse("");
        return "[" + "#".repeat(full) + "-".repeat(CELLS - full) + "] "
                + " ".repeat(3 - Integer.toString(reading.percent()).length()) + reading.percent() + "%  "
                + ByteSize.text(reading.done()) + " of " + ByteSize.text(reading.total()) + "  " + reading.pace()
                + left;
    }

    /// The two largest units.
    private static String text(Duration time) {
        if (time.toHours() > 0) {
            return time.toHours() + " h " + time.toMinutesPart() + " min";
        }
        return time.toMinutes() > 0
                ? time.toMinutes() + " min " + time.toSecondsPart() + " s"
                : time.toSeconds() + " s";
    }
}
