package io.kaon.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PauseCommandTest {
    private final List<Duration> slept = new ArrayList<>();
    private final StringWriter err = new StringWriter();

    @ParameterizedTest
    @CsvSource({"5s,PT5S", "1500ms,PT1.5S", "7,PT7S", "0s,PT0S", "10m,PT10M"})
    void waitsAsLongAsItIsTold(String text, Duration time) {
        assertThat(run(slept::add, "pause", text)).isZero();
        assertThat(slept).containsExactly(time);
        assertThat(err.toString()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"soon", "PT-1S", "601s", "11m", "5 apples", ""})
    void refusesWhatIsNoTimeOrTooLong(String text) {
        assertThat(run(slept::add, "pause", text)).isEqualTo(Commands.USAGE);
        assertThat(slept).isEmpty();
        assertThat(err.toString()).startsWith("error: expected a time ").contains("got \"" + text + "\"");
    }

    @Test
    void refusesNothingAndMoreThanOneTime() {
        assertThat(run(slept::add, "pause")).isEqualTo(Commands.USAGE);
        assertThat(run(slept::add, "pause", "1s", "2s")).isEqualTo(Commands.USAGE);
        assertThat(slept).isEmpty();
        assertThat(err.toString()).contains("expected TIME, got nothing");
    }

    @Test
    void failsWhenItIsInterrupted() {
        int status = run(
                _ -> {
                    throw new InterruptedException();
                },
                "pause",
                "5s");
        assertThat(Thread.interrupted()).isTrue();
        assertThat(status).isNotZero();
        assertThat(err.toString()).contains("interrupted before 5s were over");
    }

    private int run(Sleeper sleeper, String... line) {
        Commands commands = new Commands(List.of("pause"), _ -> PauseCommand.command(sleeper), "serve");
        return commands.execute(new PrintWriter(new StringWriter()), new PrintWriter(err, true), line);
    }
}
