package io.kaon.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class CellTest {
    @Test
    void isTheSameLoadOnAnotherServer() {
        Cell cell = new Cell(Transport.REST, "mlp x1", Cell.connections(16), "kaon");
        assertThat(cell.on("echo")).isEqualTo(new Cell(Transport.REST, "mlp x1", "16 connections", "echo"));
        assertThat(cell.shown()).isEqualTo("REST, mlp x1, 16 connections, kaon");
    }

    @Test
    void countsConnectionsInEnglish() {
        assertThat(Cell.connections(1)).isEqualTo("1 connection");
        assertThat(Cell.connections(64)).isEqualTo("64 connections");
    }
}
