package io.kaon.protocol.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTextTest {
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void writesAllFloatsOfABufferAsItWritesEach(boolean singleLine) {
        float[] values = new float[200];
        for (int i = 0; i < values.length; i++) {
            values[i] = i % 37 == 5 ? Float.NaN : i % 41 == 0 ? Float.NEGATIVE_INFINITY : (i - 100) / 7f;
        }
        ByteBuffer data = ByteBuffer.allocate(Float.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
        data.asFloatBuffer().put(values);
        JsonText together = new JsonText(0);
        JsonText oneByOne = new JsonText(0);
        together.singleLine(singleLine);
        oneByOne.singleLine(singleLine);
        together.beginList();
        together.floats(data);
        together.endList();
        oneByOne.beginList();
        for (float value : values) {
            oneByOne.value(value);
        }
        oneByOne.endList();
        assertThat(together).hasToString(oneByOne.toString());
    }

    @Test
    void putsEveryElementAndMemberOnALineOfItsOwn() {
        JsonText text = new JsonText(0);
        text.beginObject();
        text.name("a");
        text.beginList();
        text.value(1L);
        text.beginList();
        text.endList();
        text.beginObject();
        text.endObject();
        text.endList();
        text.name("b");
        text.value(true);
        text.endObject();
        assertThat(text).hasToString("""
                {
                    "a": [
                        1,
                        [],
                        {}
                    ],
                    "b": true
                }""");
    }

    @Test
    void keepsListsOnOneLineButNotObjectsWithinThem() {
        JsonText text = new JsonText(0);
        text.singleLine(true);
        text.beginList();
        text.value(1.5f);
        text.beginObject();
        text.name("b64");
        text.base64("hi".getBytes(UTF_8));
        text.endObject();
        text.beginList();
        text.value("x");
        text.value("y");
        text.endList();
        text.endList();
        assertThat(text).hasToString("[1.5, {\n        \"b64\": \"aGk=\"\n    }, [\"x\", \"y\"]]");
    }

    @Test
    void escapesWhatMustBeAndNothingElse() {
        JsonText text = new JsonText(0);
        text.value("\"\\/\b\f\n\r\t\0\u001f\u007f é中😀\u2028");
        assertThat(text).hasToString("\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0000\\u001F\u007f é中😀\u2028\"");
    }

    @Test
    void writesWordsForWhatHasNoDigits() {
        JsonText text = new JsonText(0);
        text.singleLine(true);
        text.beginList();
        text.value(Float.NaN);
        text.value(Float.NEGATIVE_INFINITY);
        text.value(Double.POSITIVE_INFINITY);
        text.value(Double.NaN);
        text.value(-0f);
        text.unsignedValue(-1);
        text.value(Long.MIN_VALUE);
        text.endList();
        assertThat(text)
                .hasToString("[NaN, -Infinity, Infinity, NaN, -0.0, 18446744073709551615, -9223372036854775808]");
    }

    @Test
    void growsAsItMust() {
        JsonText text = new JsonText(0);
        text.singleLine(true);
        text.beginList();
        for (int i = 0; i < 10_000; i++) {
            text.value(i);
            text.value("\n".repeat(100));
        }
        text.endList();
        assertThat(text.toString()).startsWith("[0, \"\\n").endsWith("\\n\"]").contains(", 9999, ");
        assertThat(text.length()).isGreaterThan(2_000_000);
    }
}
