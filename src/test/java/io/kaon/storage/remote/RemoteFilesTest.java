package io.kaon.storage.remote;

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

/// Keys are what any client of the store has written; as files they stay where they belong, or the version is refused.
final class RemoteFilesTest {
    private static final Location VERSION = Location.parse("s3://bucket/m/1");

    private static RemoteFile object(String name, long size) {
        return new RemoteFile("m/1/" + name, name, size, "tag of " + name, Instant.EPOCH);
    }

    private static List<RemoteFile> files(int most, RemoteFile... objects) {
        RemoteFiles files = new RemoteFiles(VERSION, most, "kaon.some.option");
        for (RemoteFile object : objects) {
            files.add(object.key(), object.name(), object.size(), object.tag(), object.changed());
        }
        return files.finish();
    }

    private static void assertRefused(int most, String said, RemoteFile... objects) {
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
                ".kaon-fetch/of",
                ".kaon-fetch"
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
        assertRefused(
                2,
                "more than 2 files: check that it is a version of a model, or raise kaon.some.option",
                object("a", 1),
                object("b", 1),
                object("c", 1));
        assertThat(files(2, object("a", 1), object("b", 1))).hasSize(2);
    }

    @Test
    void refusesSizesThatNoStoreHas() {
        assertRefused(10, "more than a petabyte", object("a", Long.MAX_VALUE), object("b", Long.MAX_VALUE));
        assertRefused(10, "more than a petabyte", object("a", -1));
    }

    @Test
    void takesABackslashForTheCharacterThatItIs() {
        assertThat(files(10, object("..\\up", 1))).extracting(RemoteFile::name).containsExactly("..\\up");
    }

    @Test
    void leavesOutDirectoriesThatWereMadeByHand() {
        assertThat(files(10, object("", 0), object("variables/", 0), object("variables/x", 1)))
                .extracting(RemoteFile::name)
                .containsExactly("variables/x");
        assertThat(files(10, object("", 0))).isEmpty();
    }

    @Test
    void saysThatThereIsNothingWhereNoKeyBeginsSo() {
        assertRefused(10, "holds no objects");
    }

    @Test
    void findsNoChangeWhereTheSameContentIsUploadedAgain() {
        RemoteFile object = object("a", 1);
        RemoteFile again = new RemoteFile(object.key(), "a", 1, object.tag(), Instant.ofEpochSecond(1000));
        long before = RemoteFiles.summary(files(10, object)).fingerprint();
        assertThat(RemoteFiles.summary(files(10, again)).fingerprint()).isEqualTo(before);
        RemoteFile other = new RemoteFile(object.key(), "a", 1, "other", Instant.EPOCH);
        assertThat(RemoteFiles.summary(files(10, other)).fingerprint()).isNotEqualTo(before);
    }
}
