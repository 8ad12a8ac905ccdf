package io.kaon.app.client;

import io.kaon.app.command.Command;
import io.kaon.app.command.PlainCommand;
import io.kaon.app.terminal.Terminal;
import io.kaon.app.terminal.TextTable;
import io.kaon.client.ClientFailure;
import io.kaon.client.ModelReference;
import io.kaon.client.Prediction;
import io.kaon.client.Printable;
import io.kaon.client.RepeatedCalls;
import io.kaon.client.RestAnswer;
import io.kaon.client.ServerAddress;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// `predict`: sends values to a model of a running server and shows what it answers.
public final class PredictCommand {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final int ROWS = 20;
    private static final int MOST_CALLS = 10_000_000;
    private static final int MOST_CONNECTIONS = 1000;

    private static final String ABOUT = "Asks a model of a running server and prints its answer.";
    private static final String MORE = "The answer is a table, with a column for each output and a line for each row."
            + " Without values a sample is sent that the model's metadata suggests. Values are rows (`'[[5.1, 3.5]]'`),"
            + " one row as an object, a whole body (`'{\"inputs\": …}'`), a file that holds one of these, `-` for"
            + " standard input, or numbers such as `1 2 5`. It works with TensorFlow Serving, too.%n%n"
            + "The exit status is 1 when the server refuses, cannot be asked, or any of the repeated requests fails.%n%n"
            + "For example: kaon predict half_plus_two '[1.0, 2.0, 5.0]'%n"
            + "             kaon predict mnist/1 --repeat 1000 --connections 4";

    private final InputStream in;
    private final OutputStream bytes;

    private PredictCommand(InputStream in, OutputStream bytes) {
        this.in = in;
        this.bytes = bytes;
    }

    public static Command command() {
        return command(System.in, System.out);
    }

    /// @param bytes where an answer goes that is printed as it came
    static Command command(InputStream in, OutputStream bytes) {
        PredictCommand predict = new PredictCommand(in, bytes);
        return ClientCommand.of(
                ABOUT,
                MORE,
                List.of(
                        PlainCommand.Argument.needed(
                                "MODEL",
                                "Its name; NAME/2 asks its version 2, NAME:stable the version with that label."),
                        PlainCommand.Argument.optional("VALUES", "JSON, a file, `-`, or numbers.")
                                .andAllThatFollow()),
                List.of(
                        Servers.rest(),
                        PlainCommand.flag("--grpc", "Asks over gRPC; --url is then host:port, or grpcs://host:port."),
                        PlainCommand.value("--model-version", "N", "Asks this version; MODEL is then the name alone."),
                        PlainCommand.value("--label", "LABEL", "Asks the version with this label."),
                        PlainCommand.value("--signature", "NAME", "Calls this signature (default: serving_default)."),
                        PlainCommand.flag("--json", "Prints the answer as the server gives it."),
                        PlainCommand.value("--rows", "N", "Rows that the table shows (default: " + ROWS + ")."),
                        PlainCommand.value("--repeat", "N", "Sends the request N times and prints rate and times."),
                        PlainCommand.value(
                                "--connections", "C", "Callers at the same time, with --repeat (default: 1)."),
                        ClientLine.timeout("30s"),
                        ClientLine.CA),
                predict::run);
    }

    private int run(ClientLine line) {
        ModelReference model = ModelReference.of(
                line.given().getFirst(),
                line.number("--model-version", Integer.MAX_VALUE).map(Integer::longValue),
                line.text("--label"));
        int rows = line.number("--rows", Integer.MAX_VALUE).orElse(ROWS);
        Optional<Integer> calls = line.number("--repeat", MOST_CALLS);
        int connections = line.number("--connections", MOST_CONNECTIONS).orElse(1);
        PredictValues values =
                new PredictValues(line.given().subList(1, line.given().size()), line.text("--signature"), in);
        Servers servers = Servers.of(line);
        ServerAddress address = line.has("--grpc") ? servers.grpcAddress() : servers.restAddress();
        try (Predictor predictor = predictor(line, servers, address, model)) {
            Predictor.Call call = predictor.call(values.find(model, line.err(), predictor::signatures));
            long begin = System.nanoTime();
            RestAnswer answer = call.answer();
            double millis = (System.nanoTime() - begin) / 1e6;
            if (calls.isPresent()) {
                return repeat(call, calls.get(), connections, line);
            }
            print(answer, rows, line);
            line.err()
                    .println(String.format(
                            Locale.ROOT,
                            "%s%s answered in %.1f ms",
                            Printable.line(model.name()),
                            answer.version()
                                    .map(version -> " version " + version)
                                    .orElse(""),
                            millis));
            return 0;
        } catch (ClientFailure failure) {
            throw servers.explained(failure);
        }
    }

    private static Predictor predictor(ClientLine line, Servers servers, ServerAddress address, ModelReference model) {
        Optional<Path> ca = line.file("--ca");
        Duration timeout = line.timeout(TIMEOUT);
        return line.has("--grpc")
                ? new Predictor.Grpc(servers.grpcClient(address, ca, timeout), model, new GrpcCalls(address, timeout))
                : new Predictor.Rest(servers.restClient(address, ca, timeout), model);
    }

    private void print(RestAnswer answer, int rows, ClientLine line) {
        if (line.has("--json")) {
            printAsItIs(answer.body());
            return;
        }
        Prediction prediction = Prediction.of(answer, rows);
        TextTable table = new TextTable(prediction.columns().toArray(String[]::new));
        prediction.rows().forEach(row -> table.row(row.toArray(String[]::new)));
        line.out().print(prediction.columns().isEmpty() ? "no rows\n" : table);
        if (prediction.total() > prediction.rows().size()) {
            line.out()
                    .println("… and " + (prediction.total() - prediction.rows().size())
                            + " more rows: --rows N shows more, --json all");
        }
        line.out().flush();
    }

    /// A file or another command gets the server's bytes; a terminal must not be steered by them.
    private void printAsItIs(byte[] body) {
        try {
            if (Terminal.isOut()) {
                bytes.write(
                        Printable.of(new String(body, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8));
                bytes.write('\n');
            } else {
                bytes.write(body);
            }
            bytes.flush();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// The first call has shown that the request is good, and is not counted.
    private static int repeat(Predictor.Call call, int calls, int connections, ClientLine line) {
        RepeatedCalls result;
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            result = RepeatedCalls.of(calls, connections, call::send, callers, System::nanoTime);
        }
        line.out()
                .print(
                        line.has("--json")
                                ? RepeatReport.json(result, connections)
                                : RepeatReport.text(result, connections));
        line.out().flush();
        return result.failures().isEmpty() ? 0 : 1;
    }
}
