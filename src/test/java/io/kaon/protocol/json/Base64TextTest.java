package io.kaon.protocol.json;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Base64TextTest {
    private static final long SEED = 20_260_719;

    @ParameterizedTest
    @ValueSource(strings = {"aGk=", "aGk", " a G\tk\n= ", "aGk =\r\n", "\u000Ba\fGk"})
    void decodesWithOrWithoutPaddingAndSpace(String text) {
        assertThat(decode(text)).isEqualTo("hi".getBytes(ISO_8859_1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a", "aGkxa", "-_8=", "!!", "aGk==", "aGkx=", "aG=", "a===", "=", "aGk=x", "aG=k", "aé", "aGk.", "a\0Gk"
            })
    void refusesWhatIsNotBase64(String text) {
        assertThat(decode(text)).isNull();
    }

    @Test
    void decodesNothingToNothing() {
        assertThat(decode("")).isEmpty();
        assertThat(decode("  ")).isEmpty();
    }

    @Test
    void agreesWithTheJdk() {
        System.out.println("Base64TextTest seed " + SEED);
        SplittableRandom random = new SplittableRandom(SEED);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = new byte[random.nextInt(30)];
            random.nextBytes(bytes);
            assertThat(decode(Base64.getEncoder().encodeToString(bytes))).isEqualTo(bytes);
            assertThat(decode(Base64.getEncoder().withoutPadding().encodeToString(bytes)))
                    .isEqualTo(bytes);
            assertThat(decode(Base64.getMimeEncoder(4, new byte[] {'\n'}).encodeToString(bytes)))
                    .isEqualTo(bytes);
        }
    }

    private static byte @Nullable [] decode(String text) {
        byte[] bytes = ("\"" + text + "\"").getBytes(ISO_8859_1);
        return Base64Text.decode(bytes, 1, bytes.length - 1);
    }
}
