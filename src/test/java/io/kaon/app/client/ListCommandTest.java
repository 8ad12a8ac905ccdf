package io.kaon.app.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.kaon.app.command.Command;
import io.kaon.client.FakeRestServer;
import java.io.PrintWriter;
import java.io.Writer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

final class ListCommandTest {
    private static final String METRICS = "/monitoring/prometheus/metrics";
    private static final String OK =
            "{\"version\": \"1\", \"state\": \"AVAILABLE\", \"status\": {\"error_code\": \"OK\", \"error_message\": \"\"}}";
    private static final String FAILED =
            "{\"version\": \"2\", \"state\": \"END\", \"status\": {\"error_code\": \"INTERNAL\","
                    + " \"error_message\": \"broken\\u001b[2J\"}}";

    private final FakeRestServer server = new FakeRestServer()
            .on(
                    "/v1/models",
                    FakeRestServer.json("{\"models\": [{\"name\": \"m\", \"labels\": {\"stable\": \"1\"},"
                            + " \"model_version_status\": [" + FAILED + "," + OK + "], \"problem\": \"\"}]}"))
            .on("/v1/models/old", FakeRestServer.json("{\"model_version_status\": [" + FAILED + "]}"))
            .on(METRICS, FakeRestServer.text(200, "text/plain", "# TYPE kaon_inferences_total counter\n"));

    private final List<Duration> pauses = new ArrayList<>();
    private int looks = 100;

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void listsVersionsWithLabelsStatesAndErrors() {
        CommandRun run = run(ListCommand.list(this::pause, false));
        assertThat(run.status()).isZero();
        assertThat(run.out()).isEqualTo("""
                        MODEL  VERSION  LABELS  STATE      REQ/S(0 s)  P99(0 s)  LAST ERROR
                        m      2        -       FAILED     0.0         -         broken\\x1b[2J
                        m      1        stable  AVAILABLE  0.0         -         -
                        """);
        assertThat(pauses).containsExactly(Duration.ofSeconds(1));
    }

    @Test
    void leavesOutWhatAServerWithoutMetricsDoesNotTell() {
        server.on(METRICS, FakeRestServer.text(404, "text/html", "no"));
        CommandRun run = run(ListCommand.list(this::pause, false));
        assertThat(run.out()).contains("REQ/S  P99  LAST ERROR").contains("m      1        stable  AVAILABLE  -");
        assertThat(pauses).isEmpty();
    }

    @Test
    void tellsByItsStatusWhetherAModelServes() {
        assertThat(run(ListCommand.status(this::pause, false), "m").status()).isZero();
        CommandRun old = run(ListCommand.status(this::pause, false), "old");
        assertThat(old.out()).contains("old    2        -       FAILED");
        assertThat(old.status()).isEqualTo(1);
        CommandRun unknown = run(ListCommand.status(this::pause, false), "x\u001b");
        assertThat(unknown.status()).isEqualTo(1);
        assertThat(unknown.err()).startsWith("error: " + server.url() + "/v1/models/x%1B answers with status 404");
    }

    @Test
    void saysWhatToAskWhereNoListIs() {
        server.on(
                "/v1/models",
                FakeRestServer.text(400, "application/json", "{\"error\": \"Missing model name in request.\"}"));
        CommandRun run = run(ListCommand.list(this::pause, false));
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err())
                .contains("/v1/models lists no models, as Kaon does")
                .contains("hint: `kaon status MODEL` works with TensorFlow Serving too");
        assertThat(run(ListCommand.status(this::pause, false), "old").status()).isEqualTo(1);
    }

    @Test
    void printsJson() {
        CommandRun run = run(ListCommand.list(this::pause, false), "--json");
        assertThat(run.out())
                .contains("\"name\": \"m\"", "\"requests_per_second\": 0.0", "\"message\": \"broken\\u001B[2J\"");
    }

    @Test
    void looksAgainUntilItIsInterrupted() {
        looks = 3;
        CommandRun run = run(ListCommand.list(this::pause, false), "--watch");
        assertThat(Thread.interrupted()).isTrue();
        assertThat(run.status()).isEqualTo(130);
        assertThat(run.out().split("MODEL ")).hasSize(4);
        assertThat(run.out()).doesNotContain("\033");
        assertThat(pauses).endsWith(Duration.ofSeconds(2));
    }

    @Test
    void drawsOverTheLastLookOnATerminal() {
        looks = 2;
        CommandRun run = run(ListCommand.list(this::pause, true), "--watch");
        assertThat(Thread.interrupted()).isTrue();
        assertThat(run.out()).startsWith("\033[H\033[2JMODEL ");
    }

    @Test
    void watchesOnWhileAServerIsAway() {
        looks = 3;
        CommandRun run = run(
                ListCommand.list(
                        time -> {
                            pause(time);
                            if (pauses.size() == 2) {
                                server.close();
                            }
                        },
                        false),
                "--watch");
        assertThat(Thread.interrupted()).isTrue();
        assertThat(run.status()).isEqualTo(130);
        assertThat(run.err()).contains("error: " + server.url() + "/v1/models: no server listens there");
    }

    @Test
    void endsWhenWhatReadsItEnds() {
        Writer closed = new Writer() {
            @Override
            public void write(char[] text, int from, int count) throws java.io.IOException {
                throw new java.io.IOException("Broken pipe");
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Command list = ListCommand.list(this::pause, false);
        CommandLine.ParseResult parsed = new CommandLine(list.spec()).parseArgs("--watch", "--url", server.url());
        assertThat(list.run(parsed, new ArrayList<>(), new PrintWriter(closed), new PrintWriter(closed)))
                .isZero();
        assertThat(pauses).hasSize(1);
    }

    private void pause(Duration time) throws InterruptedException {
        pauses.add(time);
        if (pauses.size() > looks) {
            throw new InterruptedException();
        }
    }

    private CommandRun run(Command command, String... arguments) {
        List<String> line = new ArrayList<>(List.of(arguments));
        line.addAll(List.of("--url", server.url()));
        return CommandRun.of(command, line.toArray(String[]::new));
    }
}
