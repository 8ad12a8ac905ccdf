package io.kaon.storage.hdfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.storage.Location;
import io.kaon.storage.remote.RemoteFile;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What a server may tell of a directory, and what becomes of it.
final class HdfsTreeTest {
    private static final Location ROOT = Location.parse("hdfs://nn/m/1");

    private static HdfsEntry file(String name) {
        return new HdfsEntry(name, false, 3, "16385-7", Instant.ofEpochMilli(7));
    }

    private static HdfsEntry directory(String name) {
        return new HdfsEntry(name, true, 0, "16386-7", Instant.ofEpochMilli(7));
    }

    private static List<RemoteFile> files(int most, Map<String, List<HdfsEntry>> tree) {
        return new HdfsTree(ROOT, most, at -> tree.getOrDefault(at.toString(), List.of())).files();
    }

    private static void assertRefused(String said, int most, HdfsTree.Lister lister) {
        ServingException refused =
                catchThrowableOfType(ServingException.class, () -> new HdfsTree(ROOT, most, lister).files());
        assertThat(refused).as("refusal").isNotNull();
        assertThat(refused.kind()).isEqualTo(ErrorKind.STORAGE_FAILED);
        assertThat(refused).hasMessageContaining(ROOT.toString()).hasMessageContaining(said);
        assertThat(refused.getMessage()).matches("\\P{Cntrl}*");
    }

    @Test
    void namesFilesAtEveryDepth() {
        assertThat(files(
                        10,
                        Map.of(
                                "hdfs://nn/m/1", List.of(file("b"), directory("a"), directory("empty")),
                                "hdfs://nn/m/1/a", List.of(directory("c")),
                                "hdfs://nn/m/1/a/c", List.of(file(".hidden")))))
                .extracting(RemoteFile::name)
                .containsExactly("a/c/.hidden", "b");
    }

    @Test
    void findsAnEmptyDirectoryEmpty() {
        assertThat(files(10, Map.of())).isEmpty();
    }

    @Test
    void refusesAFileThatIsBeingCopied() {
        assertRefused("is being copied", 10, _ -> List.of(file("model.onnx"), file("weights._COPYING_")));
    }

    @Test
    void refusesWhatCanBeNoFileOfIt() {
        for (String name : List.of("..", ".", "", "a/../../b", "line\nbreak")) {
            assertRefused("rename or remove", 10, _ -> List.of(file("model.onnx"), file(name)));
        }
    }

    @Test
    void refusesADirectoryThatLeadsElsewhere() {
        for (String name : List.of("..", ".", "", "line\nbreak")) {
            assertRefused("rename or remove", 10, _ -> List.of(directory(name)));
        }
    }

    @Test
    void refusesATreeWithoutEnd() {
        assertRefused("directories deep", 1000, _ -> List.of(directory("a")));
    }

    @Test
    void refusesMoreFilesOrDirectoriesThanItMayHave() {
        assertRefused("kaon.hdfs.most-files", 2, _ -> List.of(file("a"), file("b"), file("c")));
        assertRefused(
                "kaon.hdfs.most-files", 2, at -> at.equals(ROOT) ? List.of(directory("a"), directory("b")) : List.of());
    }
}
