package io.kaon.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.AbstractList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class NearestTest {
    private static final List<String> MODELS = List.of("mnist", "half_plus_two");

    @Test
    void findsTheNameWithTheFewestChanges() {
        assertThat(Nearest.to("mnits", MODELS)).contains("mnist");
        assertThat(Nearest.to("half_plus_tow", MODELS)).contains("half_plus_two");
        assertThat(Nearest.to("ab", List.of("bb", "aa"))).contains("aa");
    }

    @Test
    void suggestsANameOnlyIfItIsNear() {
        assertThat(Nearest.hint("models", "mnits", MODELS))
                .isEqualTo("did you mean `mnist`? known models: half_plus_two, mnist");
        assertThat(Nearest.hint("models", "MNIST", MODELS)).startsWith("did you mean `mnist`?");
        assertThat(Nearest.hint("models", "resnet50", MODELS)).isEqualTo("known models: half_plus_two, mnist");
        assertThat(Nearest.hint("models", "m", List.of())).isEqualTo("there are no models");
    }

    @Test
    void listsTheFirstOfMany() {
        List<String> many = IntStream.range(100, 200).mapToObj(i -> "model" + i).toList();
        assertThat(Nearest.hint("models", "zzz", many)).endsWith("model108, model109 and 90 more");
    }

    @Test
    void spendsNoTimeOnNamesThatNoClientTypes() {
        List<String> many = List.of("a".repeat(200), "b".repeat(200));
        assertTimeoutPreemptively(
                Duration.ofSeconds(5),
                () -> assertThat(Nearest.hint("models", "a".repeat(100_000_000), many))
                        .startsWith("known models"));
    }

    /// Counted, because hints are made where requests are answered: on event loops.
    @Test
    void comparesABoundedNumberOfLongNames() {
        String asked = "a".repeat(200);
        AtomicInteger looked = new AtomicInteger();
        Collection<String> thousands = new AbstractList<>() {
            @Override
            public String get(int index) {
                looked.incrementAndGet();
                return "b".repeat(195) + (10_000 + index);
            }

            @Override
            public int size() {
                return 10_000;
            }
        };
        assertThat(Nearest.to(asked, thousands)).isEmpty();
        assertThat(looked).hasValueLessThan(10);
        // Whose names are short are all compared.
        List<String> usual = IntStream.range(0, 1000).mapToObj(i -> "model" + i).toList();
        assertThat(Nearest.to("mdel999", usual)).contains("model999");
    }

    @Test
    void guessesNothingFarAway() {
        assertThat(Nearest.to("--completely_different", List.of("--port"))).isEmpty();
        assertThat(Nearest.to("--port", List.of())).isEmpty();
    }

    @Test
    void endsAMessage() {
        assertThat(Nearest.question("--", "--prt", List.of("--port"), "see help"))
                .isEqualTo(": did you mean --port?");
        assertThat(Nearest.question("--", "--zzzzzzzz", List.of("--port"), "see help"))
                .isEqualTo("; see help");
        assertThat(Nearest.question("--", "--port", List.of(), "see help")).isEqualTo("; see help");
    }

    @Test
    void aPrefixThatAllNamesShareBringsNoneNearer() {
        assertThat(Nearest.question("kaon.", "kaon.bogus", List.of("kaon.models", "kaon.log.format"), "see help"))
                .isEqualTo("; see help");
        assertThat(Nearest.question("kaon.", "kaon.modles", List.of("kaon.models", "kaon.log.format"), "see help"))
                .isEqualTo(": did you mean kaon.models?");
    }
}
