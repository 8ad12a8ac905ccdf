package io.kaon.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.kaon.engine.EngineSession;
import io.kaon.model.Cancellation;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class LeakInspectorTest {
    private final LeakInspector inspector = new LeakInspector();

    @BeforeEach
    void begin() {
        inspector.begin();
    }

    @Test
    void findsNothingWhereAllIsClosed() throws InterruptedException {
        FakeEngine.session(1).close();
        assertThat(inspector.findings()).isEmpty();
    }

    @Test
    void findsASessionThatIsOpen() throws InterruptedException {
        try (EngineSession _ = FakeEngine.session(7)) {
            assertThat(inspector.findings()).singleElement().asString().contains("adds 7.0 is still open");
        }
    }

    @Test
    void findsAUseAfterClose() throws InterruptedException {
        EngineSession session = FakeEngine.session(7);
        session.close();
        assertThat(session.run(FakeEngine.SIGNATURE, FakeEngine.input(1), Set.of(), Cancellation.NEVER))
                .isNotNull();
        assertThat(inspector.findings()).isNotEmpty().first().asString().contains("was run after it had been closed");
    }

    @Test
    void findsALaneThatStillRuns() throws InterruptedException {
        CountDownLatch end = new CountDownLatch(1);
        Thread lane = Thread.ofPlatform().name("lane-forgotten").start(() -> {
            try {
                end.await();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        });
        assertThat(inspector.findings()).containsExactly("thread lane-forgotten still runs");
        end.countDown();
        lane.join();
    }
}
