package io.kaon.app;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TextTableTest {
    @Test
    void alignsColumnsAndEndsLinesWithoutBlanks() {
        TextTable table = new TextTable("NAME", "SIZE");
        table.row("a", "1 B");
        table.row("longer", "");
        assertThat(table.toString()).isEqualTo("NAME    SIZE\na       1 B\nlonger\n");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0 B",
        "1023, 1023 B",
        "1024, 1.0 KiB",
        "25702, 25.1 KiB",
        "1048576, 1.0 MiB",
        "9223372036854775807, 8388608.0 TiB"
    })
    void writesSizesInTheLargestUnitThatFits(long bytes, String text) {
        assertThat(TextTable.bytes(bytes)).isEqualTo(text);
    }
}
