package io.kaon.protocol.json;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kaon.model.ServingException;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonCursorTest {
    private static final long SEED = 20_260_718;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "\"\"",
                "0",
                "true",
                "false",
                "null",
                "NaN",
                " [ 1 , 2 ] ",
                "{\"a\":{\"b\":[{}]},\"c\":[]}",
                "[[],[[]],{}]",
                "\t\r\n {\n}",
                "[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud83d\\ude00\"]",
                "[-Infinity,-0]"
            })
    void passesWhatIsSound(String text) {
        JsonCursor cursor = cursor(text);
        cursor.skip();
        assertThat(cursor.depth()).isZero();
        assertThat(cursor.peek()).isEqualTo(JsonCursor.END);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[",
                "]",
                "{",
                "}",
                "[1",
                "[1,",
                "[1,]",
                "[,1]",
                "[1 2]",
                "{\"a\"}",
                "{\"a\":}",
                "{\"a\":1,}",
                "{,}",
                "{\"a\" 1}",
                "{a:1}",
                "{'a':1}",
                "{1:2}",
                "[1}",
                "{\"a\":1]",
                "tru",
                "True",
                "nul",
                "undefined",
                "'a'",
                "//c\n1",
                "/*c*/1",
                "#c\n1",
                "\"a",
                "\"\\",
                "\"\\x\"",
                "\"\\u12\"",
                "\"\\u12g4\"",
                "\"\\ud800\"",
                "\"\\udc00\"",
                "\"\\ud800\\u0041\"",
                "\"\\ud800\\ud800\"",
                "\"\\ud800x\"",
                "\"\n\"",
                "\"\u0000\"",
                "[\"a\" \"b\"]",
                "1e400",
                "[01]",
                "\uFEFF\uFEFF1",
                "\u00A01"
            })
    void refusesWhatIsNot(String text) {
        assertThatThrownBy(() -> cursor(text).skip())
                .isInstanceOf(ServingException.class)
                .hasMessageStartingWith("JSON Parse error: ")
                .hasMessageContaining(" at offset: ");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            [1;2]        | JSON Parse error: expected ',' or ']' after an element of a list, got ';' at offset: 2
            {"a";2}      | JSON Parse error: expected ':' after a name, got ';' at offset: 4
            {"a":1       | JSON Parse error: expected ',' or '}' after a member of an object, got the end of the text at offset: 6
            {"a":1,}     | JSON Parse error: expected a name in double quotes, got '}' at offset: 7
            [1,]         | JSON Parse error: expected a value, got ']' at offset: 3
            [-]          | JSON Parse error: expected a digit after '-', got ']' at offset: 2
            [1.]         | JSON Parse error: expected a digit after the decimal point, got ']' at offset: 3
            ["abc        | JSON Parse error: expected '"' at the end of the string that began at 1, got the end of the text at offset: 5
            """)
    void saysWhatItExpectedAndWhatItGotWhere(String text, String message) {
        assertThatThrownBy(() -> cursor(text).skip()).hasMessage(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\n\t\r ", "\uFEFF", "\uFEFF "})
    void refusesAnEmptyDocument(String text) {
        assertThatThrownBy(() -> cursor(text)).hasMessageContaining("The document is empty");
    }

    @Test
    void passesOverAByteOrderMark() {
        assertThat(cursor("\uFEFF[1]").openArray()).isTrue();
    }

    @Test
    void doesNotLookBehindTheDocument() {
        JsonCursor cursor = cursor("{\"a\":[1]}]]] !");
        cursor.skip();
        assertThat(cursor.depth()).isZero();
    }

    @Test
    void staysWithinItsPartOfTheArray() {
        byte[] bytes = "77[12345678901234567890".getBytes(UTF_8);
        for (int length = 2; length < 18; length++) {
            JsonCursor cursor = new JsonCursor(bytes, 2, length, 10);
            cursor.openArray();
            assertThat(cursor.number().longValue())
                    .isEqualTo(Long.parseLong("12345678901234567890".substring(0, length - 1)));
            assertThatThrownBy(cursor::nextElement)
                    .hasMessageEndingWith("got the end of the text at offset: " + length);
        }
    }

    @Test
    void limitsTheDepthOfListsAndObjects() {
        for (String open : new String[] {"[", "{\"a\":"}) {
            byte[] bytes = (open.repeat(8) + "1").getBytes(UTF_8);
            assertThatThrownBy(() -> new JsonCursor(bytes, 0, bytes.length, 7).skip())
                    .hasMessageContaining("nested deeper than 7 levels");
            assertThatThrownBy(() -> new JsonCursor(bytes, 0, bytes.length, 8).skip())
                    .hasMessageContaining("got the end of the text");
        }
    }

    @Test
    void goesBackToWhereItWas() {
        JsonCursor cursor = cursor("[[1,2],3]");
        cursor.openArray();
        int position = cursor.position();
        int depth = cursor.depth();
        cursor.openArray();
        cursor.number();
        cursor.rewind(position, depth);
        cursor.skip();
        assertThat(cursor.nextElement()).isTrue();
        assertThat(cursor.number().longValue()).isEqualTo(3);
        assertThat(cursor.nextElement()).isFalse();
    }

    @Test
    void readsStringsOfAllLengths() {
        for (int length = 0; length < 40; length++) {
            String plain = "é".repeat(length / 8) + "x".repeat(length);
            assertThat(cursor("\"" + plain + "\"").string().text()).isEqualTo(plain);
            assertThat(cursor("\"" + plain + "\\n\"").string().text()).isEqualTo(plain + "\n");
            assertThat(cursor("\"" + plain + "\",").string().contentEquals(plain.getBytes(UTF_8)))
                    .isTrue();
            assertThat(cursor("\"" + plain + "\"").string().contentEquals((plain + "x").getBytes(UTF_8)))
                    .isFalse();
        }
    }

    @Test
    void readsEscapes() {
        JsonString string = cursor("\"\\\"\\\\\\/\\b\\f\\n\\r\\tA\\u00e9\\u4E2D\\ud83d\\uDE00\\u0000\"")
                .string();
        assertThat(string.text()).isEqualTo("\"\\/\b\f\n\r\tAé中😀\0");
        assertThat(string.contentEquals("\"\\/\b\f\n\r\tAé中😀\0".getBytes(UTF_8)))
                .isTrue();
    }

    @Test
    void passesBytesOnThatAreNotUtf8() {
        byte[] bytes = "\"\u00ff\u00fe\u0080 \u007f\"".getBytes(ISO_8859_1);
        assertThat(new JsonCursor(bytes, 0, bytes.length, 1).string().bytes())
                .isEqualTo(new byte[] {-1, -2, -128, ' ', 127});
    }

    @Test
    void readsBackWhatJsonTextWrote() {
        System.out.println("JsonCursorTest seed " + SEED);
        SplittableRandom random = new SplittableRandom(SEED);
        for (int i = 0; i < 20_000; i++) {
            byte[] value = new byte[random.nextInt(40)];
            random.nextBytes(value);
            JsonText text = new JsonText(0);
            text.value(value);
            assertThat(new JsonCursor(text.bytes(), 0, text.length(), 1)
                            .string()
                            .bytes())
                    .isEqualTo(value);
        }
    }

    @Test
    void showsOnlyTheBeginningOfALongValue() {
        JsonCursor cursor = cursor("[" + "1,".repeat(1000) + "1]");
        cursor.skip();
        assertThat(cursor.excerpt(0)).hasSize(65).startsWith("[1,1,").endsWith("…");
    }

    private static JsonCursor cursor(String text) {
        byte[] bytes = text.getBytes(UTF_8);
        return new JsonCursor(bytes, 0, bytes.length, JsonCursor.DEFAULT_MAX_DEPTH);
    }
}
