package io.kaon.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LatencyLogTest {
    private static final int NOTHING_WAITS = 0;

    @TempDir
    private Path folder;

    @Test
    void tellsAnswersFromFailures() throws IOException {
        LatencyLog log = log("100 200 7", "110 503 8", "120 -1 9", "130 200 5");
        assertThat(log.answered()).isEqualTo(2);
        assertThat(log.failed()).isEqualTo(2);
        assertThat(log.summary(1, NOTHING_WAITS)).isEqualTo(new Load(2, 2, 1, 7, 7, 7));
    }

    @Test
    void knowsWhenTheFirstAndTheLastWereSentInWhateverOrderTheyAreWritten() throws IOException {
        LatencyLog log = log("300 200 1", "100 200 900", "200 200 1");
        assertThat(log.first()).isEqualTo(100);
        assertThat(log.last()).isEqualTo(300);
    }

    @Test
    void ranksLatencies() throws IOException {
        String[] rows = new String[1000];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = i + " 200 " + (rows.length - i);
        }
        Load load = log(rows).summary(2, NOTHING_WAITS);
        assertThat(load.p50()).isEqualTo(501);
        assertThat(load.p99()).isEqualTo(991);
        assertThat(load.p999()).isEqualTo(1000);
    }

    /// One of 100 took ten periods, in which nine more should have been sent: they would have waited for 90,
    /// 80, ... 10.
    @Test
    void addsWhatASlowAnswerHeldBack() throws IOException {
        String[] rows = new String[100];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = 10 * i + " 200 " + (i == 50 ? 100 : 1);
        }
        LatencyLog log = log(rows);
        assertThat(log.summary(1, NOTHING_WAITS).p99()).isEqualTo(100);
        Load corrected = log.summary(1, 10);
        // Of 109 latencies the last ten are 10, 20, ... 100.
        assertThat(corrected.p50()).isEqualTo(1);
        assertThat(corrected.p99()).isEqualTo(90);
        assertThat(corrected.p999()).isEqualTo(100);
        assertThat(corrected.answered()).as("requests that were not sent").isEqualTo(100);
    }

    @Test
    void addsNothingForAnAnswerThatTookNoLongerThanAPeriod() throws IOException {
        assertThat(log("0 200 10", "10 200 10", "20 200 2").summary(1, 10))
                .isEqualTo(log("0 200 10", "10 200 10", "20 200 2").summary(1, NOTHING_WAITS));
    }

    @Test
    void picksThoseThatWereSentInATime() throws IOException {
        LatencyLog log = log("99 200 1", "100 200 2", "199 200 3", "200 200 4").between(100, 200);
        assertThat(log.answered()).isEqualTo(2);
        assertThat(log.summary(1, NOTHING_WAITS).p999()).isEqualTo(3);
    }

    @Test
    void isZeroWhereNothingWasAnswered() throws IOException {
        assertThat(log("1 500 3").summary(1, 10)).isEqualTo(new Load(0, 1, 1, 0, 0, 0));
        assertThat(log().first()).isZero();
    }

    private LatencyLog log(String... rows) throws IOException {
        String text = String.join("\n", rows).replace(' ', '\t');
        return LatencyLog.read(Files.writeString(folder.resolve("log.tsv"), text));
    }
}
