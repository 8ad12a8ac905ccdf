package io.kaon.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class SheetTest {
    private static final Cell CELL = new Cell(Transport.REST, "mlp x1", Cell.OPEN, "kaon");

    private final Sheet sheet = new Sheet();

    @Test
    void keepsEveryRoundInOrder() {
        sheet.add(CELL, new Sample(new Load(30, 0, 2, 5, 6, 7), 12.5, 0));
        sheet.add(CELL, new Sample(new Load(10, 0, 2, 3, 6, 7), 10, 0));
        assertThat(sheet.perSecond(CELL).values()).containsExactly(15.0, 5.0);
        assertThat(sheet.cpu(CELL).values()).containsExactly(12.5, 10.0);
        assertThat(sheet.p50(CELL).values()).containsExactly(5.0, 3.0);
        assertThat(sheet.cpu(CELL.on("echo")).isEmpty()).isTrue();
    }

    @Test
    void addsUpWhatFailedAnywhere() {
        sheet.add(CELL, new Sample(new Load(30, 1, 2, 5, 6, 7), 1, 0));
        sheet.add(CELL, new Sample(new Load(30, 0, 2, 5, 6, 7), 1, 0));
        sheet.add(CELL.on("echo"), new Sample(new Load(30, 2, 2, 5, 6, 7), 1, 0));
        sheet.addFailed(4);
        assertThat(sheet.failed()).isEqualTo(7);
    }

    @Test
    void ordersBarsByWhatTheyAreAbout() {
        sheet.add(Bar.atMost(5, "b", Spread.of(), 1));
        sheet.add(Bar.atMost(1, "c", Spread.of(), 1));
        sheet.add(Bar.atMost(5, "a", Spread.of(), 1));
        assertThat(sheet.bars()).extracting(Bar::claim).containsExactly("c", "b", "a");
    }
}
