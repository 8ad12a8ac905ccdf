package io.kaon.app.command;

import io.kaon.config.OptionRanges;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;

/// `pause`: waits. A pod's `preStop` hook asks for it in a cluster before Kubernetes 1.34, which knows no `sleep` of
/// its own: images need no shell, so the program has to do it.
public final class PauseCommand {
    static final Duration LONGEST = Duration.ofMinutes(10);
    private static final int INTERRUPTED = 130;

    private PauseCommand() {}

    public static Command command() {
        return command(Thread::sleep);
    }

    static Command command(Sleeper sleeper) {
        return new PlainCommand(
                "Waits and ends with 0: a container's preStop hook, where Kubernetes knows no sleep (before 1.34)."
                        + " SIGTERM ends it early.",
                List.of(PlainCommand.Argument.needed(
                        "TIME", "How long, such as 5s or 1500ms; " + LONGEST.toMinutes() + "m at most.")),
                (given, _, err) -> run(given.arguments().getFirst(), sleeper, err));
    }

    private static int run(String text, Sleeper sleeper, PrintWriter err) {
        Duration time = new OptionRanges.Wait().convert(text);
        if (time == null || time.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "expected a time from 0s to " + LONGEST.toMinutes() + "m, got \"" + text + "\"");
        }
        try {
            sleeper.sleep(time);
            return 0;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            err.println("error: interrupted before " + text + " were over");
            return INTERRUPTED;
        }
    }
}
