package io.kaon.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VersionPolicyTest {
    private static final SortedSet<Long> NONE = versions();

    private static SortedSet<Long> versions(Long... versions) {
        return new TreeSet<>(Arrays.asList(versions));
    }

    /// By number, not as text: 10 is newer than 9.
    @ParameterizedTest
    @CsvSource({"0, 10", "1, 10", "2, 9 10", "3, 2 9 10", "4, 2 9 10", "2147483647, 2 9 10"})
    void latestTakesTheLargestNumbers(int count, String expected) {
        assertThat(new VersionPolicy.LatestN(count).aspired(versions(9L, 10L, 2L)))
                .containsExactly(Arrays.stream(expected.split(" ", -1))
                        .map(Long::valueOf)
                        .toArray(Long[]::new));
    }

    @Test
    void latestRefusesNegativeCounts() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new VersionPolicy.LatestN(-1))
                .withMessageContaining("-1");
    }

    @Test
    void allTakesEveryVersion() {
        assertThat(new VersionPolicy.All().aspired(versions(3L, 1L, Long.MAX_VALUE)))
                .containsExactly(1L, 3L, Long.MAX_VALUE);
    }

    @Test
    void onlyTakesThoseThatArePresent() {
        VersionPolicy policy = new VersionPolicy.Only(Set.of(1L, 3L, 5L));

        assertThat(policy.aspired(versions(1L, 2L, 3L, 4L))).containsExactly(1L, 3L);
        assertThat(policy.aspired(versions(2L, 4L))).isEmpty();
        assertThat(new VersionPolicy.Only(Set.of()).aspired(versions(1L))).isEmpty();
    }

    @Test
    void onlyDoesNotSeeLaterChangesOfItsVersions() {
        Set<Long> chosen = new HashSet<>(Set.of(1L));
        VersionPolicy policy = new VersionPolicy.Only(chosen);
        chosen.add(2L);

        assertThat(policy.aspired(versions(1L, 2L))).containsExactly(1L);
    }

    @Test
    void everyPolicyWantsNothingOfNothingAndLeavesTheListingAlone() {
        for (VersionPolicy policy :
                List.of(new VersionPolicy.LatestN(1), new VersionPolicy.All(), new VersionPolicy.Only(Set.of(1L)))) {
            assertThat(policy.aspired(NONE)).as("%s", policy).isEmpty();
            SortedSet<Long> present = versions(1L, 2L);
            policy.aspired(present).clear();
            assertThat(present).as("%s", policy).containsExactly(1L, 2L);
        }
    }
}
