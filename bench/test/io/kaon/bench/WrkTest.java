package io.kaon.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import org.junit.jupiter.api.Test;

final class WrkTest {
    private static final String OUTPUT = """
            Running 2s test @ http://127.0.0.1:8501/v1/models/half_plus_two:predict
              1 threads and 16 connections
              Thread Stats   Avg      Stdev     Max   +/- Stdev
                Latency     1.07ms    2.35ms  33.87ms   93.83%
                Req/Sec    35.95k    12.05k   56.12k    65.00%
              71576 requests in 2.00s, 13.04MB read
            Requests/sec:  35759.73
            Transfer/sec:      6.51MB
            """;

    @Test
    void readsTheLineThatItsScriptPrints() {
        assertThat(Wrk.load(OUTPUT + "BENCH 71576 0 2001582 310 12345 30001\n"))
                .isEqualTo(new Load(71576, 0, 2.001582, 310, 12345, 30001));
    }

    @Test
    void countsAsAnsweredOnlyWhatDidNotFail() {
        Load load = Wrk.load(OUTPUT + "BENCH 100 40 1000000 1 2 3\n");
        assertThat(load.answered()).isEqualTo(60);
        assertThat(load.failed()).isEqualTo(40);
    }

    @Test
    void showsWhatWasPrintedInsteadOfASummary() {
        assertThatIllegalStateException()
                .isThrownBy(() -> Wrk.load("unable to connect to 127.0.0.1:8501 Connection refused"))
                .withMessageContaining("Connection refused");
    }
}
