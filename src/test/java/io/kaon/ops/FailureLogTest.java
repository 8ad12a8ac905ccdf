package io.kaon.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.kaon.model.ErrorKind;
import io.kaon.model.ModelId;
import io.kaon.model.ServingException;
import io.kaon.serving.Inference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class FailureLogTest {
    private final AtomicLong now = new AtomicLong(-5);
    private final List<String> lines = new ArrayList<>();
    private final List<Throwable> traces = new ArrayList<>();
    private final FailureLog log = new FailureLog(now::get, (line, trace) -> {
        lines.add(line);
        if (trace != null) {
            traces.add(trace);
        }
    });

    @Test
    void saysTheFirstFailureOfAModelWithItsTrace() {
        fail("a", ErrorKind.ENGINE_FAILED);
        fail("b", ErrorKind.ENGINE_FAILED);
        assertThat(lines).hasSize(2);
        assertThat(lines.getFirst())
                .contains("a request to a/1, signature \"s\"", "failed: broken")
                .doesNotContain("more");
        assertThat(traces).hasSize(2);
    }

    @Test
    void logsAModelThatIsBroken() {
        fail("a", ErrorKind.MODEL_BROKEN);
        assertThat(lines).hasSize(1);
    }

    @Test
    void countsWhatFollowsWithinTheMinute() {
        for (int i = 0; i < 42; i++) {
            fail("a", ErrorKind.ENGINE_FAILED);
        }
        assertThat(lines).hasSize(1);
        now.addAndGet(TimeUnit.MINUTES.toNanos(1));
        fail("a", ErrorKind.ENGINE_FAILED);
        assertThat(lines).hasSize(2);
        assertThat(lines.getLast()).endsWith("(and 41 more since the last such line)");
        assertThat(traces).hasSize(1);
    }

    @Test
    void leavesOutWhatTheClientCaused() {
        fail("a", ErrorKind.INVALID_REQUEST);
        fail("a", ErrorKind.OVERLOADED);
        fail("a", ErrorKind.CANCELLED);
        log.ended(new Inference(new ModelId("a", 1), "s", null, 5, 5));
        assertThat(lines).isEmpty();
    }

    private void fail(String model, ErrorKind kind) {
        log.ended(new Inference(new ModelId(model, 1), "s", kind, 0, 0, new ServingException(kind, "broken")));
    }
}
