package io.kaon.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import org.junit.jupiter.api.Test;

final class ReportTest {
    private static final Machine MACHINE =
            new Machine("Abacus 3", 2, 24, "Linux 6", "Temurin 25", LocalDate.of(2026, 1, 2), 0.25);

    private static final Cell KAON = new Cell(Transport.REST, "mlp x1", Cell.connections(16), "kaon");

    private final Sheet sheet = new Sheet();

    @Test
    void beginsWithTheMachine() {
        assertThat(text())
                .startsWith(
                        "\n2026-01-02: Abacus 3, 2 cores, 24 GiB, Linux 6, Java Temurin 25, load 0.25 at the start\n");
    }

    @Test
    void showsMediansInColumnsWithNumbersToTheRight() {
        sheet.add(KAON, sample(1000, 0, 45));
        sheet.add(KAON, sample(3000, 0, 55.6));
        sheet.add(KAON.on("echo"), sample(30_000, 0, 5));
        assertThat(text()).contains("""
                        via   workload  load            server  per s  CPU µs  p50 µs  p99 µs  p99.9 µs  MiB  bad
                        REST  mlp x1    16 connections  kaon     2000    50.3     100     200       300   64
                        REST  mlp x1    16 connections  echo    30000     5.0     100     200       300   64
                        """);
    }

    @Test
    void marksRowsWithFailures() {
        sheet.add(KAON, sample(1000, 3, 45));
        assertThat(text())
                .containsPattern("kaon .* 3 FAILED\n")
                .contains("ERRORS: 3 requests were not answered as they should be");
        assertThat(Report.progress(1, 5, KAON, sample(1000, 3, 45)))
                .isEqualTo("round 1/5  REST, mlp x1, 16 connections, kaon: 1000/s, CPU 45.0 µs, p99 200 µs, 3 FAILED");
    }

    @Test
    void saysNothingOfFailuresWhereThereWereNone() {
        sheet.add(KAON, sample(1000, 0, 45));
        assertThat(text()).doesNotContain("FAILED").doesNotContain("ERRORS");
    }

    @Test
    void showsTimesWithTheHeapThatTheyTake() {
        sheet.add(new Timing("codec", "decode", Spread.of(5900, 6100, 6000), 4682.3));
        sheet.add(new Timing("batcher", "inPlaceAlone", Spread.of(250), 800));
        assertThat(text()).contains("""
                        part     what            ns  heap bytes
                        codec    decode        6000        4682
                        batcher  inPlaceAlone   250         800
                        """);
    }

    @Test
    void showsBarsAndRemarks() {
        sheet.add(Bar.atMost(1, "this / that", Spread.of(1, 1.5, 1.25), 1.2));
        sheet.add(Bar.atLeast(2, "never looked at", Spread.of(), 3));
        sheet.remark("the Node peer was skipped");
        assertThat(text()).contains("""
                        1  this / that      1.25 (1.00 to 1.50)  ≤ 1.20  miss
                        2  never looked at  not measured         ≥ 3.00  -
                        """).contains("\nnote: the Node peer was skipped");
    }

    private String text() {
        return new Report(sheet, MACHINE).text();
    }

    private static Sample sample(long perSecond, long failed, double cpuMicros) {
        return new Sample(new Load(perSecond, failed, 1, 100, 200, 300), cpuMicros, 64 << 20);
    }
}
