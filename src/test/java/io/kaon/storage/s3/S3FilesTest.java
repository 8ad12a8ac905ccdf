package io.kaon.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.storage.Location;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.s3.model.S3Object;

/// Keys are what any client of the store has written; as files they stay where they belong, or the version is refused.
final class S3FilesTest {
    private static final Location VERSION = Location.parse("s3://bucket/m/1");

    private static S3Object object(String name, long size) {
        return S3Object.builder()
                .key("m/1/" + name)
                .size(size)
                .eTag("\"tag of " + name + "\"")
                .lastModified(Instant.EPOCH)
                .build();
    }

    private static List<S3Files.File> files(int most, S3Object... objects) {
        S3Files files = new S3Files(VERSION, S3Place.of(VERSION), most);
        for (S3Object object : objects) {
            files.add(object);
        }
        return files.finish();
    }

    private static void assertRefused(int most, String said, S3Object... objects) {
        ServingException refused = catchThrowableOfType(ServingException.class, () -> files(most, objects));
        assertThat(refused).as("refusal").isNotNull();
        assertThat(refused.kind()).isEqualTo(ErrorKind.STORAGE_FAILED);
        assertThat(refused).hasMessageContaining(VERSION.toString()).hasMessageContaining(said);
        assertThat(refused.getMessage()).matches("\\P{Cntrl}*");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../up",
                "a/../../up",
                "..",
                "./a",
                "a/./b",
                "/absolute",
                "a//b",
                "a/",
                "line\nbreak",
                "bell\u0007",
                "nul\0",
                ".kaon-s3/of",
                ".kaon-s3"
            })
    void refusesAKeyThatCanBeNoFileInItsDirectory(String name) {
        assertRefused(10, "rename", object(name, 3));
    }

    @Test
    void refusesAKeyThatIsAFileAndADirectory() {
        assertRefused(10, "\"a\", which is a directory of \"a/b\"", object("a", 1), object("a/b", 1), object("c", 1));
    }

    @Test
    void refusesMoreObjectsThanAVersionMayHave() {
        assertRefused(2, "more than 2 objects", object("a", 1), object("b", 1), object("c", 1));
        assertThat(files(2, object("a", 1), object("b", 1))).hasSize(2);
    }

    @Test
    void refusesSizesThatNoStoreHas() {
        assertRefused(10, "more than a petabyte", object("a", Long.MAX_VALUE), object("b", Long.MAX_VALUE));
        assertRefused(10, "more than a petabyte", object("a", -1));
    }

    @Test
    void takesABackslashForTheCharacterThatItIs() {
        assertThat(files(10, object("..\\up", 1)))
                .extracting(S3Files.File::name)
                .containsExactly("..\\up");
    }

    @Test
    void leavesOutDirectoriesThatWereMadeByHand() {
        assertThat(files(10, object("", 0), object("variables/", 0), object("variables/x", 1)))
                .extracting(S3Files.File::name)
                .containsExactly("variables/x");
        assertThat(files(10, object("", 0))).isEmpty();
    }

    @Test
    void saysThatThereIsNothingWhereNoKeyBeginsSo() {
        assertRefused(10, "holds no objects");
    }

    @Test
    void findsNoChangeWhereTheSameContentIsUploadedAgain() {
        S3Object again = object("a", 1).toBuilder()
                .lastModified(Instant.ofEpochSecond(1000))
                .build();
        long before = S3Files.summary(files(10, object("a", 1))).fingerprint();
        assertThat(S3Files.summary(files(10, again)).fingerprint()).isEqualTo(before);
        S3Object other = again.toBuilder().eTag("\"other\"").build();
        assertThat(S3Files.summary(files(10, other)).fingerprint()).isNotEqualTo(before);
    }
}
