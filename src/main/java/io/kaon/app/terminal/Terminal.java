package io.kaon.app.terminal;

import java.io.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// Whether what the process writes goes to a screen, whose lines can be drawn again.
///
/// Linux says where a stream leads by a link, which costs nothing. Elsewhere the JDK is asked, which takes
/// it 15 ms, and which answers for input and output together.
public final class Terminal {
    private static final int OUT = 1;
    private static final int ERR = 2;

    private Terminal() {}

    public static boolean isOut() {
        return isTerminal(OUT);
    }

    public static boolean isErr() {
        return isTerminal(ERR);
    }

    private static boolean isTerminal(int stream) {
        if ("dumb".equals(System.getenv("TERM"))) {
            return false;
        }
        try {
            String device =
                    Files.readSymbolicLink(Path.of("/proc/self/fd/" + stream)).toString();
            return device.startsWith("/dev/pts/") || device.startsWith("/dev/tty") || device.equals("/dev/console");
        } catch (IOException | UnsupportedOperationException _) {
            // Some of the JDKs that this runs on give none where there is no terminal.
            return Optional.ofNullable(System.console())
                    .map(Console::isTerminal)
                    .orElse(false);
        }
    }
}
