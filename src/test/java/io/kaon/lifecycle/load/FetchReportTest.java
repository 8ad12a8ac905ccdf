package io.kaon.lifecycle.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.kaon.model.ModelId;
import io.kaon.storage.Location;
import io.kaon.storage.StoredDirectory;
import io.kaon.storage.StoredVersion;
import io.kaon.storage.Transfer;
import io.kaon.testkit.ManualClock;
import io.kaon.testkit.ManualTimer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class FetchReportTest {
    private static final int MIB = 1 << 20;
    private static final ModelId ID = new ModelId("m", 3);

    private static final StoredVersion VERSION = new StoredVersion(
            Location.parse("memory://models/m/3"), new StoredDirectory(List.of(), 1, Instant.EPOCH, 7, 100 * MIB));

    private final ManualClock clock = new ManualClock();
    private final ManualTimer timer = new ManualTimer(clock);
    private final List<LoadEvent> told = new ArrayList<>();
    private final List<String> lines = new ArrayList<>();
    private final Transfer transfer = new Transfer();
    private long counted;
    private final FetchReports reports =
            new FetchReports(clock, timer, told::add, (_, bytes) -> counted += bytes, lines::add);

    @Test
    void tellsTheEndOnlyOfAFetchThatIsShort() {
        FetchReport report = reports.begin(ID, VERSION, transfer);
        transfer.add(100 * MIB);
        clock.advance(Duration.ofMillis(500));
        report.end(true);
        assertThat(timer.pending()).isZero();
        pass(Duration.ofSeconds(30));
        assertThat(lines).containsExactly("model=m version=3 fetched 100.0 MiB in 0.5 s (200.0 MiB/s)");
        assertThat(told).isEmpty();
        assertThat(counted).isEqualTo(100 * MIB);
    }

    @Test
    void tellsTheBeginningThenEveryTenSecondsThenTheEnd() {
        FetchReport report = reports.begin(ID, VERSION, transfer);
        for (int second = 0; second < 25; second++) {
            transfer.add(2 * MIB);
            pass(Duration.ofSeconds(1));
        }
        transfer.add(50 * MIB);
        report.end(true);
        assertThat(lines)
                .containsExactly(
                        "model=m version=3 fetching 100.0 MiB in 7 files from memory://models/m/3",
                        "model=m version=3 fetching: 20.0 MiB of 100.0 MiB (20%), 2.0 MiB/s",
                        "model=m version=3 fetching: 40.0 MiB of 100.0 MiB (40%), 2.0 MiB/s",
                        "model=m version=3 fetched 100.0 MiB in 25.0 s (4.0 MiB/s)");
    }

    @Test
    void saysWhenNoByteComes() {
        FetchReport report = reports.begin(ID, VERSION, transfer);
        transfer.add(MIB);
        pass(Duration.ofSeconds(10));
        assertThat(lines).last().isEqualTo("model=m version=3 fetching: 1.0 MiB of 100.0 MiB (1%), no byte for 9 s");
        report.end(false);
        assertThat(lines)
                .last()
                .isEqualTo("model=m version=3 fetching ended early: 1.0 MiB of 100.0 MiB (1%), no byte for 9 s");
    }

    @Test
    void tellsTheStatusEverySecondAndTakesItBackAtTheEnd() {
        FetchReport report = reports.begin(ID, VERSION, transfer);
        transfer.add(25 * MIB);
        pass(Duration.ofSeconds(2));
        report.end(true);
        assertThat(told)
                .containsExactly(
                        new LoadEvent.Fetching(ID, "fetching: 25.0 MiB of 100.0 MiB (25%), 25.0 MiB/s"),
                        new LoadEvent.Fetching(ID, "fetching: 25.0 MiB of 100.0 MiB (25%), 12.5 MiB/s"),
                        new LoadEvent.Fetching(ID, null));
    }

    @Test
    void countsBytesWhileTheyComeAndNoneThatWereThere() {
        FetchReport report = reports.begin(ID, VERSION, transfer);
        transfer.found(60 * MIB);
        transfer.add(10 * MIB);
        pass(Duration.ofSeconds(1));
        assertThat(counted).isEqualTo(10 * MIB);
        transfer.add(30 * MIB);
        report.end(true);
        assertThat(counted).isEqualTo(40 * MIB);
        assertThat(lines)
                .last()
                .isEqualTo("model=m version=3 fetched 40.0 MiB in 1.0 s (40.0 MiB/s), 60.0 MiB were there already");
    }

    /// Another process may remove a copy that this one has just made.
    @Test
    void countsFromNothingWhenAVersionIsFetchedTwice() {
        FetchReport first = reports.begin(ID, VERSION, transfer);
        transfer.add(100 * MIB);
        first.end(true);
        FetchReport second = reports.begin(ID, VERSION, transfer);
        transfer.add(50 * MIB);
        clock.advance(Duration.ofSeconds(1));
        assertThat(reports.underWay())
                .singleElement()
                .satisfies(progress -> assertThat(progress.read().percent()).isEqualTo(50));
        second.end(false);
        assertThat(reports.underWay()).isEmpty();
        assertThat(counted).isEqualTo(150 * MIB);
    }

    /// Second by second, as time passes.
    private void pass(Duration time) {
        for (long second = 0; second < time.toSeconds(); second++) {
            clock.advance(Duration.ofSeconds(1));
            timer.runDue();
        }
    }
}
