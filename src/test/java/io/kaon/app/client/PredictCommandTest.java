package io.kaon.app.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kaon.client.FakeRestServer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PredictCommandTest {
    private static final String PREDICT = "/v1/models/m:predict";
    private static final String METADATA =
            "{\"metadata\": {\"signature_def\": {\"signature_def\": {\"serving_default\":"
                    + " {\"inputs\": {\"x\": {\"dtype\": \"DT_FLOAT\", \"tensor_shape\": {\"dim\": [{\"size\": \"-1\"}]}}}}}}}}";

    @TempDir
    private Path folder;

    private final FakeRestServer server =
            new FakeRestServer().on(PREDICT, FakeRestServer.json("{\"predictions\": [2.5, 3.0]}"));

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private String input = "";

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void printsATable() {
        CommandRun run = run("m", "[1, 2]");
        assertThat(run.status()).isZero();
        assertThat(run.out()).isEqualTo("predictions\n2.5\n3.0\n");
        assertThat(run.err()).matches("m answered in [0-9.]+ ms\n");
        assertThat(server.asked()).containsExactly("POST " + PREDICT + " {\"instances\": [1, 2]}");
    }

    @Test
    void takesValuesFromAFileFromStandardInputAndAsBareNumbers() throws IOException {
        Path file = Files.writeString(folder.resolve("rows"), "{\"inputs\": [1]}");
        input = "[7]";
        assertThat(run("m", file.toString()).status()).isZero();
        assertThat(run("m", "-").status()).isZero();
        assertThat(run("m", "1", "2.5").status()).isZero();
        assertThat(server.asked())
                .containsExactly(
                        "POST " + PREDICT + " {\"inputs\": [1]}",
                        "POST " + PREDICT + " {\"instances\": [7]}",
                        "POST " + PREDICT + " {\"instances\": [1, 2.5]}");
    }

    @Test
    void sendsASampleWhereNoValuesAreGiven() {
        server.on("/v1/models/m/metadata", FakeRestServer.json(METADATA));
        CommandRun run = run("m");
        assertThat(run.status()).isZero();
        assertThat(run.err()).contains("no values are given: sends the sample {\"instances\": [1.0, 2.0, 5.0]}");
        assertThat(server.asked().getLast()).isEqualTo("POST " + PREDICT + " {\"instances\": [1.0, 2.0, 5.0]}");
        CommandRun other = run("m", "--signature", "nope");
        assertThat(other.status()).isEqualTo(1);
        assertThat(other.err())
                .contains("error: model m has no signature nope that a sample can be made for", "hint: ");
    }

    @Test
    void printsTheServersBytesAsTheyAre() {
        byte[] body = "{\"predictions\": [\"xyz\"]}\n".getBytes(UTF_8);
        body[18] = (byte) 0xff;
        server.on(PREDICT, FakeRestServer.bytes(200, "application/json", body));
        CommandRun run = run("m", "[1]", "--json");
        assertThat(run.status()).isZero();
        assertThat(bytes.toByteArray()).isEqualTo(body);
        assertThat(run.out()).isEmpty();
    }

    @Test
    void asksTheVersionOrTheLabelThatIsNamed() {
        for (String[] line : new String[][] {
            {"m/2", "[1]"},
            {"m", "--model-version", "2", "[1]"},
            {"m:s", "[1]"},
            {"m", "--label", "s", "[1]"},
            {"a/b", "1"}
        }) {
            assertThat(run(line).status()).isEqualTo(1);
        }
        assertThat(server.asked())
                .extracting(asked -> asked.replaceAll("POST | \\{.*", ""))
                .containsExactly(
                        "/v1/models/m/versions/2:predict",
                        "/v1/models/m/versions/2:predict",
                        "/v1/models/m/labels/s:predict",
                        "/v1/models/m/labels/s:predict",
                        "/v1/models/a%2Fb:predict");
    }

    @Test
    void tellsTheServersWordsWithoutWhatWouldSteerTheTerminal() {
        server.on(
                PREDICT,
                FakeRestServer.text(
                        400, "application/json", "{\"error\": \"bad\\u001b[2J\\nthing\", \"hint\": \"try\\u0007\"}"));
        CommandRun run = run("m", "[1]");
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).isEqualTo("error: bad\\x1b[2J thing\nhint: try\\x07\n");
    }

    @Test
    void tellsWhereItAskedWhenNoServerListens() {
        server.close();
        CommandRun run = run("m", "[1]");
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err())
                .contains("error: " + server.url() + PREDICT + ": no server listens there")
                .contains("hint: start one with `./kaon serve`, or say with --url where it is");
    }

    @ParameterizedTest
    @ValueSource(strings = {"<html>hello</html>", "", "{\"predictions\": [1"})
    void refusesAnswersOfOtherPrograms(String body) {
        server.on(PREDICT, FakeRestServer.text(200, "text/html", body));
        assertThat(run("m", "[1]").status()).isEqualTo(1);
    }

    @Test
    void repeatsAndTellsRateAndTimes() {
        CommandRun run = run("m", "[1]", "--repeat", "20", "--connections", "3");
        assertThat(run.status()).isZero();
        assertThat(run.out())
                .matches("(?s)20 requests over 3 connections in .* s: .* per second\np50 .* p99 .* max .* ms\n");
        assertThat(server.asked()).hasSize(21);
        assertThat(run("m", "[1]", "--repeat", "2", "--json").out())
                .matches("\\{\"requests\": 2, .*\"p99_ms\": .*\"failed\": \\{\\}\\}\n");
    }

    @Test
    void countsWhatFailsAmongTheRepeated() {
        FakeRestServer.Answer good = FakeRestServer.json("{\"predictions\": [1]}");
        FakeRestServer.Answer busy = FakeRestServer.text(503, "application/json", "{\"error\": \"busy\"}");
        server.on(PREDICT, exchange -> (server.asked().size() % 2 == 1 ? good : busy).give(exchange));
        CommandRun run = run("m", "[1]", "--repeat", "10");
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.out()).contains("5 failed: 503 5 times");
    }

    @Test
    void refusesALineThatMakesNoSense() {
        for (String[] line : new String[][] {
            {},
            {"m", "nofile"},
            {"m", "[1"},
            {"m", "[1]", "--repeat", "0"},
            {"m", "[1]", "--timeout", "soon"},
            {"m", "[1]", "--timeout", "0s"},
            {"m", "[1]", "--url", "ftp://x"},
            {"m", "[1]", "--url", "http://localhost:1", "--grpc"},
            {"m", "[1]", "--ca", folder.resolve("none").toString()},
            {"m", "[1]", "--model-version", "2", "--label", "x"}
        }) {
            CommandRun run =
                    CommandRun.of(PredictCommand.command(new ByteArrayInputStream(input.getBytes(UTF_8)), bytes), line);
            assertThat(run.status()).as(String.join(" ", line)).isEqualTo(2);
            assertThat(run.err()).startsWith("error: ").doesNotContain("\tat ");
        }
    }

    private CommandRun run(String... arguments) {
        String[] line = Stream.concat(Stream.of(arguments), Stream.of("--url", server.url()))
                .toArray(String[]::new);
        return CommandRun.of(PredictCommand.command(new ByteArrayInputStream(input.getBytes(UTF_8)), bytes), line);
    }
}
