package io.kaon.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LocationTest {
    @ParameterizedTest
    @CsvSource({
        "/, file, /, /",
        "/models, file, /models, /models",
        "/models/, file, /models, /models",
        "/a/b c/ü, file, /a/b c/ü, /a/b c/ü",
        "/a:b, file, /a:b, /a:b",
        "file:/, file, /, /",
        "file:///, file, /, /",
        "file:/models, file, /models, /models",
        "file:/models/, file, /models, /models",
        "file:///models, file, /models, /models",
        "FILE:///models, file, /models, /models",
        "s3://b, s3, b, s3://b",
        "s3://b/, s3, b, s3://b",
        "S3://Bucket/Key, s3, Bucket/Key, s3://Bucket/Key",
        "hdfs://name:8020/models, hdfs, name:8020/models, hdfs://name:8020/models",
        "s3://b/a%20b?c#d+e, s3, b/a%20b?c#d+e, s3://b/a%20b?c#d+e",
    })
    void readsWhatPeopleWrite(String text, String scheme, String path, String shown) {
        Location location = Location.parse(text);

        assertThat(location).isEqualTo(new Location(scheme, path));
        assertThat(location).hasToString(shown);
        assertThat(Location.parse(location.toString())).isEqualTo(location);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''           | neither an absolute path nor scheme://something",
                "models       | neither an absolute path nor scheme://something",
                "./models     | neither an absolute path nor scheme://something",
                "://b         | neither an absolute path nor scheme://something",
                "file:        | \"\" is not an absolute path",
                "file://      | \"\" is not an absolute path",
                "file:models  | \"models\" is not an absolute path",
                "file://host/m| \"host/m\" is not an absolute path",
                "s3:b/models  | \"s3:b/models\" has no // after \"s3:\"",
                "s3:/b        | has no //",
                "s3:          | has no //",
                "C:\\models   | has no //",
                "s3://        | \"s3://\" names no host or bucket",
                "s3:///       | names no host or bucket",
                "s3:///models | names no host or bucket",
                "3s://b       | \"3s\" is no scheme",
                "a b://c      | \"a b\" is no scheme",
                "//models     | an empty segment",
                "///          | an empty segment",
                "/models//    | an empty segment",
                "/a//b        | an empty segment",
                "s3://b//     | an empty segment",
                "/a/../b      | the segment \"..\"",
                "/..          | the segment \"..\"",
                "s3://b/.     | the segment \".\"",
                "s3://../b    | the segment \"..\"",
            })
    void refusesTheRestAndSaysWhy(String text, String reason) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Location.parse(text))
                .withMessageContaining(reason);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/a\nb", "/a\0", "s3://b/\u0085", "/\u007f"})
    void refusesControlCharacters(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Location.parse(text))
                .withMessageContaining("control characters");
    }

    @ParameterizedTest
    @CsvSource({"file, ''", "file, a", "file, /a/", "file, //", "s3, ''", "s3, /b", "s3, b/", "S3, b", "'', b"})
    void cannotBeMadeInAnotherForm(String scheme, String path) {
        assertThatIllegalArgumentException().isThrownBy(() -> new Location(scheme, path));
    }

    @ParameterizedTest
    @CsvSource({"/, /1", "/models, /models/1", "s3://b, s3://b/1", "s3://b/models/, s3://b/models/1"})
    void leadsToItsChildren(String base, String child) {
        Location found = Location.parse(base).child("1");

        assertThat(found).hasToString(child);
        assertThat(found.name()).isEqualTo("1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "a/b", "/", "/a", "a/", "../a", "a\nb"})
    void hasNoChildThatIsNotOneSegment(String name) {
        assertThat(Location.isName(name)).isFalse();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Location.parse("/models").child(name))
                .withMessageContaining("not the name of one file or directory");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "...", ".a", "a b", "a%2Fb", "a\\b", "ü", "?"})
    void hasChildrenOfEveryOtherName(String name) {
        assertThat(Location.isName(name)).isTrue();
        assertThat(Location.parse("/models").child(name).name()).isEqualTo(name);
    }

    @Test
    void namesTheBucketOrNothingAtTheRoot() {
        assertThat(Location.parse("s3://bucket").name()).isEqualTo("bucket");
        assertThat(Location.parse("/").name()).isEmpty();
    }
}
