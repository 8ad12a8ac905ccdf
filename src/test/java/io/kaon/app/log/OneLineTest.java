package io.kaon.app.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.Level;
import org.jboss.logmanager.formatters.PatternFormatter;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class OneLineTest {
    private static final String FORGED = "2026-01-01T00:00:00.000Z INFO  [KaonServer] stopped";

    @Test
    void severalLinesOfAnEngineBecomeOne() {
        assertThat(written("load failed:\n  no kernel\r\n\n  at node 3\n", null))
                .isEqualTo("load failed: | no kernel | at node 3\n");
    }

    @Test
    void aNameThatHoldsALineFeedForgesNoLine() {
        assertThat(written("no model `x\n" + FORGED + "`", null).lines()).hasSize(1);
        assertThat(written("no model `x\u2028" + FORGED + "`", null)).doesNotContain("\u2028");
        assertThat(written("no model `x\u0085" + FORGED + "`", null)).doesNotContain("\u0085");
    }

    @Test
    void anEscapeDoesNotReachTheTerminal() {
        assertThat(written("no model `\u001b[2J\u202ex`", null)).isEqualTo("no model `\\u001b[2J\\u202ex`\n");
    }

    @Test
    void parametersAreCleanedToo() {
        ExtLogRecord record = new ExtLogRecord(Level.INFO, "no model %s", ExtLogRecord.FormatStyle.PRINTF, "test");
        record.setParameters(new Object[] {"100%\nx"});
        assertThat(written(record)).isEqualTo("no model 100% | x\n");
    }

    @Test
    void aStackTraceKeepsItsLinesAndForgesNone() {
        Exception thrown =
                new IllegalStateException("outer\n" + FORGED, new IllegalArgumentException("inner\n" + FORGED));
        thrown.addSuppressed(new IllegalArgumentException("beside\n" + FORGED));
        String text = written("failed", thrown);
        assertThat(text.lines().filter(line -> line.strip().startsWith("2026"))).isEmpty();
        assertThat(text)
                .contains("java.lang.IllegalStateException: outer | " + FORGED)
                .contains("Caused by: java.lang.IllegalArgumentException: inner | ")
                .contains("Suppressed: java.lang.IllegalArgumentException: beside | ")
                .contains("\tat io.kaon.app.log.OneLineTest.");
    }

    @Test
    void whatIsPlainIsPassedAsItIs() {
        Exception thrown = new IllegalStateException("plain");
        ExtLogRecord record = new ExtLogRecord(Level.INFO, "größer als 5", "test");
        record.setThrown(thrown);
        assertThat(new OneLine().isLoggable(record)).isTrue();
        assertThat(record.getThrown()).isSameAs(thrown);
        assertThat(record.getMessage()).isEqualTo("größer als 5");
    }

    private static String written(String message, @Nullable Throwable thrown) {
        ExtLogRecord record = new ExtLogRecord(Level.INFO, message, ExtLogRecord.FormatStyle.NO_FORMAT, "test");
        record.setThrown(thrown);
        return written(record);
    }

    private static String written(ExtLogRecord record) {
        assertThat(new OneLine().isLoggable(record)).isTrue();
        StringWriter out = new StringWriter();
        try (PrintWriter lines = new PrintWriter(out)) {
            lines.print(new PatternFormatter("%s%e%n").format(record));
        }
        return out.toString();
    }
}
