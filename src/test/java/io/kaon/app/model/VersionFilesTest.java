package io.kaon.app.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kaon.engine.Engine;
import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.storage.Location;
import io.kaon.storage.ModelStores;
import io.kaon.testkit.FakeEngine;
import io.kaon.testkit.MemoryStore;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Of stores whose files must be fetched.
final class VersionFilesTest {
    private static final Location MODEL = Location.parse("memory://bucket/m");
    private static final List<Engine> ENGINES = List.of(new FakeEngine());

    private final MemoryStore store = new MemoryStore();

    @Test
    void fetchesTheNewestVersionAndRemovesTheCopyAtTheEnd() {
        store.put(MODEL.child("9").child(FakeEngine.FILE), FakeEngine.adds(9));
        store.put(MODEL.child("10").child(FakeEngine.FILE), FakeEngine.adds(10));
        Path copy;
        try (VersionFiles files = open("memory://bucket/m")) {
            copy = files.path();
            assertThat(files.version()).isEqualTo(MODEL.child("10"));
            assertThat(copy.resolve(FakeEngine.FILE)).hasBinaryContent(FakeEngine.adds(10));
        }
        assertThat(copy).doesNotExist();
    }

    @Test
    void takesAVersionAsItIsGiven() {
        store.put(MODEL.child("9").child(FakeEngine.FILE), FakeEngine.adds(9));
        store.put(MODEL.child("10").child(FakeEngine.FILE), FakeEngine.adds(10));
        try (VersionFiles files = open("memory://bucket/m/9")) {
            assertThat(files.version()).isEqualTo(MODEL.child("9"));
            assertThat(files.path().resolve(FakeEngine.FILE)).hasBinaryContent(FakeEngine.adds(9));
        }
    }

    /// Gigabytes may stand there.
    @Test
    void fetchesNothingThatNoEngineRecognises() {
        store.put(MODEL.child("1").child("README"), new byte[1]);
        ServingException refused = catchThrowableOfType(ServingException.class, () -> open("memory://bucket/m"));
        assertThat(refused.kind()).isEqualTo(ErrorKind.UNSUPPORTED);
        assertThat(refused)
                .hasMessageContaining("no engine recognises memory://bucket/m/1: expected " + FakeEngine.FILE)
                .hasMessageContaining("found [README]");
        assertThat(store.fetchedBytes()).isZero();
    }

    @Test
    void removesTheCopyOfAFetchThatFails() {
        store.put(MODEL.child("1").child(FakeEngine.FILE), FakeEngine.adds(1));
        store.put(MODEL.child("1").child("other"), new byte[1]);
        List<Path> before = copies();
        store.beforeEachFile(() -> {
            assertThat(copies()).hasSize(before.size() + 1);
            throw new ServingException(ErrorKind.STORAGE_FAILED, "the network is away");
        });
        ServingException failure = catchThrowableOfType(ServingException.class, () -> open("memory://bucket/m"));
        assertThat(failure).hasMessage("the network is away");
        assertThat(copies()).isEqualTo(before);
    }

    @Test
    void tellsOfTheLocationAndNotOfTheCopy() {
        store.put(MODEL.child("1").child(FakeEngine.FILE), FakeEngine.adds(1));
        try (VersionFiles files = open("memory://bucket/m")) {
            ServingException told = files.ofOriginal(
                    new ServingException(ErrorKind.ENGINE_FAILED, files.path().resolve("x") + " is broken"));
            assertThat(told.kind()).isEqualTo(ErrorKind.ENGINE_FAILED);
            assertThat(told).hasMessage("memory://bucket/m/1/x is broken");
        }
    }

    private VersionFiles open(String location) {
        return VersionFiles.open(
                new ModelStores(Map.of("memory", store)), location, ENGINES, new PrintWriter(new StringWriter()));
    }

    private static List<Path> copies() {
        String[] names = Path.of(System.getProperty("java.io.tmpdir"))
                .toFile()
                .list((_, name) -> name.startsWith(VersionFiles.PREFIX));
        return names == null
                ? List.of()
                : Arrays.stream(names).sorted().map(Path::of).toList();
    }
}
