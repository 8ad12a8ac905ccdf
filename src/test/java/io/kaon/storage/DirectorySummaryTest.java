package io.kaon.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DirectorySummaryTest {
    private record Found(String name, long size, String stamp) {}

    private static StoredDirectory summary(List<Found> files) {
        DirectorySummary summary = new DirectorySummary();
        files.forEach(file -> summary.file(file.name(), file.size(), file.stamp()));
        return summary.finish();
    }

    @Test
    void dependsOnNoOrder() {
        List<Found> files = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            files.add(new Found("d" + i % 7 + "/f" + i, i, "t" + i));
        }
        StoredDirectory expected = summary(files);
        long seed = System.nanoTime();
        Collections.shuffle(files, new Random(seed));

        assertThat(summary(files)).as("seed %d", seed).isEqualTo(expected);
    }

    @Test
    void tellsEveryListOfFilesFromEveryOther() {
        Set<Long> fingerprints = new HashSet<>();
        List<List<Found>> lists = List.of(
                List.of(),
                List.of(new Found("a", 1, "t")),
                List.of(new Found("a", 2, "t")),
                List.of(new Found("a", 1, "u")),
                List.of(new Found("b", 1, "t")),
                List.of(new Found("a/b", 1, "t")),
                List.of(new Found("a", 1, "1 t")),
                List.of(new Found("a", 11, "t")),
                List.of(new Found("a", 1, "t"), new Found("b", 1, "t")),
                List.of(new Found("a", 1, "tb1 t")));
        lists.forEach(list -> fingerprints.add(summary(list).fingerprint()));

        assertThat(fingerprints).hasSameSizeAs(lists);
    }

    @Test
    void fingerprintsOtherFactsWithoutCountingThem() {
        DirectorySummary summary = new DirectorySummary();
        summary.fact("link", "same as a");

        StoredDirectory found = summary.finish();
        assertThat(found.files()).isZero();
        assertThat(found.topFiles()).isEmpty();
        assertThat(found.fingerprint()).isNotEqualTo(summary(List.of()).fingerprint());
    }

    @Test
    void keepsTheNewestTimeOfChange() {
        DirectorySummary summary = new DirectorySummary();
        assertThat(summary.finish().changed()).isEqualTo(Instant.EPOCH);
        summary.changed(Instant.ofEpochSecond(7));
        summary.changed(Instant.ofEpochSecond(9));
        summary.changed(Instant.ofEpochSecond(8));

        assertThat(summary.finish().changed()).isEqualTo(Instant.ofEpochSecond(9));
    }

    @Test
    void addsUpMoreBytesThanAnIntHolds() {
        assertThat(summary(List.of(new Found("a", 3L << 40, "t"), new Found("b/c", 1, "t")))
                        .bytes())
                .isEqualTo((3L << 40) + 1);
    }
}
