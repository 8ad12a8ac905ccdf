package io.kaon.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.kaon.lifecycle.declaration.DesiredModels;
import io.kaon.lifecycle.load.ModelLoader;
import io.kaon.model.VersionStatus;
import io.kaon.testkit.FakeEngine;
import io.kaon.testkit.LeakInspector;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// What is told of a version while it is fetched.
@ExtendWith(LeakInspector.class)
final class FetchStatusTest {
    private final HandDriven hand;
    private final Logger logger = Logger.getLogger(ModelLoader.class.getName());
    private final List<String> lines = new ArrayList<>();
    private final List<String> statuses = new ArrayList<>();

    private final Handler lineTaker = new Handler() {
        @Override
        public void publish(LogRecord line) {
            lines.add(line.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    FetchStatusTest(@TempDir Path parent) {
        hand = new HandDriven(parent.resolve("cache"), DesiredModels.of(HandDriven.model("m")));
        hand.fetchesByHand = true;
        logger.addHandler(lineTaker);
    }

    @AfterEach
    void end() {
        logger.removeHandler(lineTaker);
        hand.close();
    }

    @Test
    void saysInStatusAndLogHowFarAFetchIs() {
        hand.put("m", 1, FakeEngine.adds(1));
        hand.store.put(HandDriven.version("m", 1).child("more"), new byte[1 << 20]);
        beginFetch();
        hand.store.beforeEachFile(this::aSecondPasses);
        hand.fetches.runAll();
        hand.tick();
        statuses.add(status().message());
        assertThat(statuses)
                .containsExactly("fetching: 0 B of 1.0 MiB (0%), 0 B/s", "fetching: 6 B of 1.0 MiB (0%), 3 B/s", "");
        assertThat(lines)
                .containsExactly(
                        "model=m version=1 fetching 1.0 MiB in 2 files from memory://models/m/1",
                        "model=m version=1 fetched 1.0 MiB in 2.0 s (512.0 KiB/s)");
        assertThat(hand.fetched).isEqualTo(hand.store.fetchedBytes());
        hand.store.beforeEachFile(() -> {});
        hand.settle();
        assertThat(hand.statuses("m")).containsExactly("1 AVAILABLE");
    }

    @Test
    void saysNothingMoreOfAFetchThatFailed() {
        hand.put("m", 1, FakeEngine.adds(1));
        beginFetch();
        hand.store.beforeEachFile(() -> {
            aSecondPasses();
            hand.store.failNext("the network is away");
        });
        hand.fetches.runAll();
        hand.store.beforeEachFile(() -> {});
        hand.tick();
        assertThat(status().phase()).isEqualTo(VersionStatus.Phase.END);
        assertThat(status().message()).isEqualTo("the network is away");
        assertThat(status().detail()).isEqualTo("the network is away; load 1 failed, the next one begins 1 s later");
        hand.advance(Duration.ofSeconds(5));
        hand.timer.runDue();
        beginFetch();
        assertThat(status().message()).as("of the next attempt").isEqualTo("the network is away");
        hand.settle();
        assertThat(hand.statuses("m")).containsExactly("1 AVAILABLE");
    }

    /// A copy that is there already is taken, and nothing is told.
    @Test
    void saysNothingWhereNothingIsFetched() {
        hand.put("m", 1, FakeEngine.broken("cracked"));
        hand.pollAndSettle();
        lines.clear();
        long fetched = hand.fetched;
        hand.advance(Duration.ofSeconds(5));
        hand.settle();
        assertThat(hand.engine.inspections()).isEqualTo(2);
        assertThat(lines).isEmpty();
        assertThat(hand.fetched).isEqualTo(fetched);
    }

    private void beginFetch() {
        hand.poll();
        hand.tick();
        hand.loads.runAll();
    }

    private void aSecondPasses() {
        hand.advance(Duration.ofSeconds(1));
        hand.timer.runDue();
        hand.tick();
        statuses.add(status().message());
    }

    private VersionStatus status() {
        return hand.serving.statuses("m").getFirst();
    }
}
