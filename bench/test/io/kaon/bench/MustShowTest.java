package io.kaon.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class MustShowTest {
    private static final String KAON = Merging.ON.label();
    private static final String UNMERGED = Merging.OFF.label();

    private final Sheet sheet = new Sheet();

    @Test
    void judgesNothingThatWasNotMeasured() {
        new MustShow(sheet).judge();
        assertThat(sheet.bars())
                .isNotEmpty()
                .allSatisfy(bar -> assertThat(bar.verdict()).as(bar.claim()).isEqualTo("-"));
    }

    @Test
    void comparesWithTheEchoOfTheSameRound() {
        rest("half_plus_two", 16, KAON, 11, 24);
        rest("half_plus_two", 16, Server.ECHO, 10, 20);
        assertThat(bar("REST, half_plus_two, 16: CPU / echo").measured().values())
                .containsExactly(1.1, 1.2);
    }

    @Test
    void addsTheModelsOwnArithmeticToTheEcho() {
        rest("mlp x1", 16, KAON, 60);
        rest("mlp x1", 16, Server.ECHO, 20);
        sheet.add(Cell.bare("mlp x1"), sample(60));
        assertThat(bar("REST, mlp x1, 16: CPU / (echo + bare run)").measured().values())
                .containsExactly(0.75);
    }

    @Test
    void doesNotMixTransportsOrNumbersOfConnections() {
        rest("half_plus_two", 16, KAON, 20);
        rest("half_plus_two", 64, Server.ECHO, 10);
        sheet.add(new Cell(Transport.GRPC, "half_plus_two", Cell.connections(16), Server.ECHO), sample(10));
        assertThat(bar("REST, half_plus_two, 16: CPU / echo").verdict()).isEqualTo("-");
        assertThat(bar("gRPC, half_plus_two, 16: CPU / echo").verdict()).isEqualTo("-");
    }

    @Test
    void comparesThroughputOfMergedAndUnmergedRequests() {
        rest("mlp x1", 64, KAON, 10);
        rest("mlp x1", 64, UNMERGED, 30);
        Bar bar = bar("REST, mlp x1, 64: throughput / unmerged");
        assertThat(bar.measured().median()).isEqualTo(3);
        assertThat(bar.verdict()).isEqualTo("pass");
    }

    @Test
    void holdsUnmergedRequestsToABarOfTheirOwn() {
        rest("mlp x8", 16, UNMERGED, 121);
        rest("mlp x8", 16, Server.ECHO, 40);
        sheet.add(Cell.bare("mlp x8"), sample(60));
        assertThat(bar("REST, mlp x8, 16, unmerged: CPU / (echo + bare run)").verdict())
                .isEqualTo("miss");
    }

    @Test
    void holdsThemToAnEchoThatRunsTheModelToo() {
        rest("mlp x8", 16, UNMERGED, 121);
        rest("mlp x8", 16, Server.ECHO_AND_RUN, 110);
        assertThat(bar("REST, mlp x8, 16, unmerged: CPU / an echo that runs the model")
                        .verdict())
                .isEqualTo("pass");
    }

    private Bar bar(String claim) {
        new MustShow(sheet).judge();
        return sheet.bars().stream()
                .filter(bar -> bar.claim().equals(claim))
                .findFirst()
                .orElseThrow();
    }

    private void rest(String workload, int connections, String server, double... cpuMicros) {
        for (double micros : cpuMicros) {
            sheet.add(new Cell(Transport.REST, workload, Cell.connections(connections), server), sample(micros));
        }
    }

    /// The dearer a request is, the fewer are answered.
    private static Sample sample(double cpuMicros) {
        return new Sample(new Load(Math.round(3e6 / cpuMicros), 0, 1, 1, 1, 1), cpuMicros, 0);
    }
}
