package io.kaon.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class H2loadTest {
    @TempDir
    private Path folder;

    @Test
    void takesLatenciesFromTheLogAndTheTimeFromTheCaller() throws IOException {
        Load load = H2load.load(summary(4, 3, 3), log("1000 200 7", "2000 200 9", "3000 200 8"), 2);
        assertThat(load).isEqualTo(new Load(3, 0, 2, 8, 9, 9));
    }

    @Test
    void doesNotCountWhatWasUnderWayWhenTheTimeWasOver() throws IOException {
        assertThat(H2load.load(summary(20, 4, 4), log("1 200 7"), 1).failed()).isZero();
    }

    @Test
    void countsFailuresThatOnlyTheSummaryKnows() throws IOException {
        assertThat(H2load.load(summary(9, 9, 4), log("1 200 7"), 1).failed()).isEqualTo(5);
    }

    @Test
    void countsFailuresThatOnlyTheLogKnows() throws IOException {
        assertThat(H2load.load(summary(3, 3, 3), log("1 200 7", "2 503 7", "3 503 7"), 1)
                        .failed())
                .isEqualTo(2);
    }

    @Test
    void showsWhatWasPrintedInsteadOfASummary() {
        assertThatIllegalStateException()
                .isThrownBy(() -> H2load.load("Could not resolve host", log("1 200 7"), 1))
                .withMessageContaining("Could not resolve host");
    }

    /// Connections were being opened until 1000, and the first had sent all at 3000.
    @Test
    void leavesOutTheTimesInWhichNotAllConnectionsSend() throws IOException {
        LatencyLog log = log("0 200 900", "1000 200 10", "2000 200 20", "3000 200 800", "4000 500 1");
        H2load.Opened opened = new H2load.Opened(log, 1000, 3000, 0);
        assertThat(opened.steady()).isEqualTo(new Load(2, 1, 0.002, 20, 20, 20));
        assertThat(opened.load()).isEqualTo(new Load(4, 1, 0.003, 20, 20, 20));
    }

    @Test
    void addsWhatALateAnswerHeldBackOnItsConnection() throws IOException {
        H2load.Opened opened = new H2load.Opened(log("0 200 1", "10 200 30"), 0, 20, 10);
        // 1, 10, 20 and 30.
        assertThat(opened.load().p50()).isEqualTo(20);
    }

    private static String summary(long started, long done, long succeeded) {
        return """
                finished in 1.01s, 5796.00 req/s, 716.07KB/s
                requests: %d total, %d started, %d done, %d succeeded, %d failed, 0 errored, 0 timeout
                status codes: %d 2xx, 0 3xx, 0 4xx, 0 5xx
                """.formatted(done, started, done, succeeded, done - succeeded, succeeded);
    }

    private LatencyLog log(String... rows) throws IOException {
        String text = String.join("\n", rows).replace(' ', '\t');
        return LatencyLog.read(Files.writeString(folder.resolve("log.tsv"), text));
    }
}
