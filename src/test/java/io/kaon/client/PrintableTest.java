package io.kaon.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class PrintableTest {
    @Test
    void showsWhatWouldSteerATerminalAsNumbers() {
        assertThat(Printable.of("a\033[2Jb\u009b1m\u0007")).isEqualTo("a\\x1b[2Jb\\x9b1m\\x07");
        assertThat(Printable.of("left\u202eright\u2028\u200b")).isEqualTo("left\\u{202e}right\\u{2028}\\u{200b}");
    }

    @Test
    void leavesLettersOfAllScriptsAlone() {
        assertThat(Printable.of("é 模型 \ud83d\ude00\tx\n")).isEqualTo("é 模型 \ud83d\ude00\tx\n");
    }

    @Test
    void makesOneLineOfSeveral() {
        assertThat(Printable.line(" one\r\n  two\nthree ")).isEqualTo("one two three");
    }

    @Test
    void shortensWhatIsLonger() {
        assertThat(Printable.shortened("abcdef", 6)).isEqualTo("abcdef");
        assertThat(Printable.shortened("abcdefg", 6)).isEqualTo("abcde…");
    }
}
