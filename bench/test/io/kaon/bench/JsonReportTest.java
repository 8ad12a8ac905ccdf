package io.kaon.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.restassured.path.json.JsonPath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class JsonReportTest {
    @TempDir
    private Path folder;

    private final Sheet sheet = new Sheet();

    @Test
    void writesEveryRoundOfEverything() throws IOException {
        Cell cell = new Cell(Transport.GRPC, "mlp x1", Cell.OPEN, "kaon, unmerged");
        sheet.add(cell, new Sample(new Load(20, 0, 2, 100, 200, 300), 12.5, 4096));
        sheet.add(cell, new Sample(new Load(10, 1, 2, 100, 200, 400), 13.5, 4096));
        JsonPath json = written();
        assertThat(json.getString("measured[0].via")).isEqualTo("GRPC");
        assertThat(json.getString("measured[0].workload")).isEqualTo("mlp x1");
        assertThat(json.getString("measured[0].load")).isEqualTo("open loop");
        assertThat(json.getString("measured[0].server")).isEqualTo("kaon, unmerged");
        assertThat(json.getList("measured[0].rounds.cpuMicros", Double.class)).containsExactly(12.5, 13.5);
        assertThat(json.getList("measured[0].rounds.perSecond", Double.class)).containsExactly(10.0, 5.0);
        assertThat(json.getList("measured[0].rounds.p999Micros", Double.class)).containsExactly(300.0, 400.0);
        assertThat(json.getList("measured[0].rounds.residentBytes", Long.class)).containsExactly(4096L, 4096L);
        assertThat(json.getInt("failed")).isEqualTo(1);
    }

    @Test
    void writesBarsWithTheirVerdicts() throws IOException {
        sheet.add(Bar.atMost(3, "\"this\" / that", Spread.of(1, 2), 1.2));
        JsonPath json = written();
        assertThat(json.getInt("mustShow[0].about")).isEqualTo(3);
        assertThat(json.getString("mustShow[0].claim")).isEqualTo("\"this\" / that");
        assertThat(json.getList("mustShow[0].ratios", Double.class)).containsExactly(1.0, 2.0);
        assertThat(json.getString("mustShow[0].bound")).isEqualTo("≤ 1.20");
        assertThat(json.getString("mustShow[0].verdict")).isEqualTo("miss");
    }

    @Test
    void writesEveryIterationOfWhatIsTimed() throws IOException {
        sheet.add(new Timing("batcher", "inPlaceAlone", Spread.of(250.5, 260), 800));
        JsonPath json = written();
        assertThat(json.getString("timed[0].part")).isEqualTo("batcher");
        assertThat(json.getString("timed[0].name")).isEqualTo("inPlaceAlone");
        assertThat(json.getList("timed[0].nanos", Double.class)).containsExactly(250.5, 260.0);
        assertThat(json.getDouble("timed[0].heapBytes")).isEqualTo(800);
    }

    @Test
    void writesNotesAndTheMachine() throws IOException {
        sheet.remark("skipped something");
        JsonPath json = written();
        assertThat(json.getList("notes", String.class)).containsExactly("skipped something");
        assertThat(json.getString("machine")).startsWith("2026-01-02: Abacus 3, 2 cores");
        assertThat(json.getInt("failed")).isZero();
    }

    private JsonPath written() throws IOException {
        Path file = folder.resolve("result.json");
        JsonReport.write(
                file, sheet, new Machine("Abacus 3", 2, 24, "Linux 6", "Temurin 25", LocalDate.of(2026, 1, 2), 0.25));
        return JsonPath.from(Files.readString(file, StandardCharsets.UTF_8));
    }
}
