package io.kaon.lifecycle.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.kaon.lifecycle.HandDriven;
import io.kaon.lifecycle.load.LoadedVersion;
import io.kaon.lifecycle.reconcile.TransitionPolicy.Step;
import io.kaon.lifecycle.reconcile.VersionState.Aspired;
import io.kaon.lifecycle.reconcile.VersionState.Failed;
import io.kaon.lifecycle.reconcile.VersionState.Loading;
import io.kaon.lifecycle.reconcile.VersionState.WarmingUp;
import io.kaon.model.ErrorKind;
import io.kaon.model.ModelId;
import io.kaon.model.ServingException;
import io.kaon.serving.LoadedModel;
import io.kaon.storage.StoredDirectory;
import io.kaon.storage.StoredVersion;
import io.kaon.testkit.FakeEngine;
import io.kaon.testkit.FakeModels;
import io.kaon.testkit.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TransitionPolicyTest {
    private static final long NOW = 1000;

    private final FakeModels models = new FakeModels(new ManualClock());

    @AfterEach
    void end() {
        models.close();
    }

    /// States: A aspired, L loading, W warming up, S serving, D draining, F failed and due, f failed and not yet due.
    @ParameterizedTest(name = "{0} with {1} wanted: {2}")
    @CsvSource(
            delimiter = '|',
            value = {
                // Nothing there, nothing to do.
                "''          | ''    | wait",
                "1S          | 1     | wait",
                // The highest first.
                "1A 2A 3A    | 1 2 3 | load 3",
                "1A 2A 3S    | 1 2 3 | load 2",
                "1A 2L 3S    | 1 2 3 | load 1",
                // The old one stays until the new one serves.
                "1S 2A       | 2     | load 2",
                "1S 2L       | 2     | wait",
                "1S 2W       | 2     | wait",
                "1S 2S       | 2     | unload 1",
                "1D 2S       | 2     | wait",
                // Back to an older one.
                "1A 2S       | 1     | load 1",
                "1S 2S       | 1     | unload 2",
                // A failed one takes no serving one away.
                "1S 2f       | 2     | wait",
                "1S 2F       | 2     | load 2",
                "1S 2S 3f    | 2 3   | unload 1",
                "1f 2F       | 1 2   | load 2",
                "1F 2f       | 1 2   | load 1",
                // Of several old ones all but the newest go first, the lowest first.
                "1S 2S 3S 4A | 4     | unload 1",
                "1D 2S 3S 4A | 4     | unload 2",
                // Never more than one old one in memory beside the new one.
                "1D 2D 3S 4A | 4     | wait",
                "1D 3S 4A    | 4     | wait",
                "3S 4A       | 4     | load 4",
                "1D 2A       | 2     | load 2",
                "1D 2D 3A    | 3     | wait",
                "1D 2S 3F    | 2 3   | load 3",
                // Nothing wanted: everything goes.
                "1S 2S       | ''    | unload 1",
                "1D 2S       | ''    | unload 2",
                "1L 2S       | ''    | unload 2",
                "1L 2D       | ''    | wait",
                // What is not wanted is not loaded.
                "1A 2F       | ''    | wait",
            })
    void takesTheSingleNextStep(String states, String aspired, String expected) {
        Set<Long> wanted = Arrays.stream(aspired.split(" ", -1))
                .filter(text -> !text.isEmpty())
                .map(Long::valueOf)
                .collect(Collectors.toSet());
        Step step = TransitionPolicy.next(parse(states), wanted, NOW);
        assertThat(
                        switch (step) {
                            case Step.Load(long version) -> "load " + version;
                            case Step.Unload(long version) -> "unload " + version;
                            case Step.Wait() -> "wait";
                        })
                .isEqualTo(expected);
    }

    @Test
    void waitsLongerAfterEachFailure() {
        assertThat(List.of(1, 2, 3, 4, 9, 10, 100))
                .map(attempt -> Failed.wait(attempt).toSeconds())
                .containsExactly(1L, 2L, 4L, 8L, 256L, 300L, 300L);
    }

    private SortedMap<Long, VersionState> parse(String text) {
        SortedMap<Long, VersionState> states = new TreeMap<>();
        for (String word : text.split(" ", -1)) {
            if (!word.isEmpty()) {
                long version = Long.parseLong(word.substring(0, word.length() - 1));
                states.put(version, state(version, word.charAt(word.length() - 1)));
            }
        }
        return states;
    }

    private VersionState state(long version, char letter) {
        ModelId id = new ModelId("m", version);
        StoredVersion stored = new StoredVersion(
                HandDriven.version("m", version),
                new StoredDirectory(List.of(FakeEngine.FILE), 1, Instant.EPOCH, 1, 1));
        ServingException cause = new ServingException(ErrorKind.ENGINE_FAILED, "no");
        Loading loading = new Aspired(id, stored).load();
        WarmingUp warming = loading.warmUp("fake");
        return switch (letter) {
            case 'A' -> new Aspired(id, stored);
            case 'L' -> loading;
            case 'W' -> warming;
            case 'S' -> warming.serve(loaded(version));
            case 'D' -> warming.serve(loaded(version)).drain();
            case 'F' -> new Failed(id, stored, cause, 1, NOW);
            case 'f' -> new Failed(id, stored, cause, 1, NOW + 1);
            default -> throw new AssertionError(letter);
        };
    }

    private LoadedVersion loaded(long version) {
        LoadedModel model = models.version("m", version);
        assertThat(model.drain()).isCompleted();
        model.close();
        return new LoadedVersion(model, null, null, Duration.ZERO);
    }
}
