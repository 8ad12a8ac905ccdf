package io.kaon.app.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class TextTableTest {
    @Test
    void alignsColumnsAndEndsLinesWithoutBlanks() {
        TextTable table = new TextTable("NAME", "SIZE");
        table.row("a", "1 B");
        table.row("longer", "");
        assertThat(table.toString()).isEqualTo("NAME    SIZE\na       1 B\nlonger\n");
    }
}
