package io.kaon.lifecycle.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CacheDirectoryTest {
    private final Path parent;

    CacheDirectoryTest(@TempDir Path folder) {
        parent = folder.resolve("cache");
    }

    @Test
    void isMadeWhenItIsNeededForItsUserOnlyAndRemovedAtTheEnd() throws IOException {
        try (CacheDirectory cache = new CacheDirectory(parent)) {
            cache.sweep();
            assertThat(parent).doesNotExist();
            Path own = cache.path();
            assertThat(own).isDirectory().hasParent(parent);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(own)))
                    .isEqualTo("rwx------");
            assertThat(cache.path()).isEqualTo(own);
            Files.writeString(own.resolve("weights"), "w");
        }
        assertThat(parent).isEmptyDirectory();
    }

    @Test
    void isMadeNoMoreOnceItIsClosed() {
        CacheDirectory cache = new CacheDirectory(parent);
        cache.close();
        cache.close();
        assertThatThrownBy(cache::path).isInstanceOf(IOException.class);
    }

    @Test
    void neverTakesOverWhatIsThere() throws IOException {
        try (CacheDirectory one = new CacheDirectory(parent);
                CacheDirectory other = new CacheDirectory(parent)) {
            Path first = one.path();
            assertThat(other.path()).isNotEqualTo(first);
            assertThat(first).isDirectory();
        }
    }

    @Test
    void removesWhatDeadProcessesHaveLeftAndNothingElse() throws IOException {
        Path dead = leftover("kaon-models-1");
        Path another = Files.createDirectories(parent.resolve("kaon-models-2/model"));
        Path unlike = leftover("models-3");
        try (CacheDirectory cache = new CacheDirectory(parent)) {
            cache.sweep();
            assertThat(dead).doesNotExist();
            assertThat(lock(dead)).doesNotExist();
            assertThat(another).as("nothing says that its process is dead").exists();
            assertThat(unlike).exists();
        }
    }

    @Test
    void leavesAloneWhatOtherUsersHaveMade() throws IOException {
        Path theirs = leftover("kaon-models-1");
        Path half = leftover("kaon-models-2");
        assumeTrue(giveAway(lock(theirs)) && giveAway(half), "only root can give files away");
        try (CacheDirectory cache = new CacheDirectory(parent)) {
            cache.sweep();
            assertThat(theirs).exists();
            assertThat(half).exists();
        }
    }

    @Test
    void followsNoLinks() throws IOException {
        Path precious = Files.createDirectories(parent.resolve("precious/model"));
        Path link = Files.createSymbolicLink(parent.resolve("kaon-models-1"), precious);
        Files.createFile(lock(link));
        Path linkedLock = leftover("kaon-models-2");
        Files.delete(lock(linkedLock));
        Files.createSymbolicLink(lock(linkedLock), Files.createFile(parent.resolve("file")));
        try (CacheDirectory cache = new CacheDirectory(parent)) {
            cache.sweep();
            assertThat(precious).exists();
            assertThat(linkedLock).exists();
        }
    }

    private static boolean giveAway(Path path) {
        try {
            Files.setAttribute(path, "unix:uid", 65534);
            return true;
        } catch (IOException notAllowed) {
            return false;
        }
    }

    private static Path lock(Path directory) {
        return directory.resolveSibling(directory.getFileName() + ".lock");
    }

    private Path leftover(String name) throws IOException {
        Path directory = parent.resolve(name);
        Files.writeString(Files.createDirectories(directory.resolve("model")).resolve("weights"), "w");
        Files.createFile(lock(directory));
        return directory;
    }
}
