package io.kaon.engine.djl.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class PickleCheckTest {
    private static final String BEGIN = "\u0080\u0002";
    private static final int DEEP = 5000;

    private static void check(String pickle) throws IOException {
        assertThat(PickleCheck.check(
                        pickle.getBytes(StandardCharsets.ISO_8859_1), new StoredTensors(_ -> Long.MAX_VALUE)))
                .isEmpty();
    }

    private static void refused(String pickle, String words) {
        assertThatThrownBy(() -> check(pickle)).isInstanceOf(IOException.class).hasMessageContaining(words);
    }

    @Test
    void takesValuesThatHoldEachOther() throws IOException {
        check(BEGIN + "](](K\u0001ee.");
        check(BEGIN + "}X\u0001\u0000\u0000\u0000a]q\u0000(K\u0001K\u0002es.");
        check(BEGIN + "](".repeat(900) + "e".repeat(900) + ".");
        check(BEGIN + "K\u0001" + "\u0085".repeat(900) + ".");
    }

    /// libtorch frees them by recursion.
    @Test
    void refusesValuesThatAreInEachOtherTooDeeply() {
        refused(BEGIN + "](".repeat(DEEP) + "e".repeat(DEEP) + ".", "more than 1000 values are in each other");
        refused(BEGIN + "K\u0001" + "\u0085".repeat(DEEP) + ".", "more than 1000 values are in each other");
        refused(BEGIN + "]q\u0000" + "]h\u0000aq\u0000".repeat(DEEP) + ".", "more than 1000 values are in each other");
    }

    @Test
    void refusesWhatGrowsBehindWhatHoldsIt() {
        refused(BEGIN + "]q\u0000]h\u0000a0.", "begins no value");
        refused(BEGIN + "]q\u0000](h\u0000eq\u0001h\u0000(K\u0001e.", "grows that something holds already");
        refused(BEGIN + "]q\u0000h\u0000a.", "holds itself");
        refused(BEGIN + "](K\u0001u.", "a key has no value");
        refused(BEGIN + "}(K\u0001e.", "expected a LIST, found a DICTIONARY");
    }
}
