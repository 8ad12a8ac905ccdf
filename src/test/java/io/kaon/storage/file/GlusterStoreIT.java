package io.kaon.storage.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.storage.Location;
import io.kaon.storage.StoredDirectory;
import io.kaon.storage.StoredVersion;
import io.kaon.storage.Transfer;
import io.kaon.testkit.Gluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/// The contract on a network file system, and what other clients of the volume do to it meanwhile.
@Tag("in-process")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@EnabledIf(value = "io.kaon.testkit.Gluster#isThere", disabledReason = Gluster.ABSENCE)
class GlusterStoreIT extends FolderStoreContract {
    /// What a client may believe of a file without asking: a second.
    private static final Duration SOON = Duration.ofSeconds(20);

    private final Gluster gluster = Gluster.start();
    private final Path here;
    private final Path there;
    private Gluster.Mount mount;
    private final Gluster.Mount other;
    private int tests;

    GlusterStoreIT(@TempDir Path folder) throws IOException {
        here = Files.createDirectory(folder.resolve("here"));
        there = Files.createDirectory(folder.resolve("there"));
        mount = gluster.mount(here);
        other = gluster.mount(there);
    }

    @AfterAll
    void end() {
        mount.close();
        other.close();
        gluster.close();
    }

    @BeforeEach
    void takeAPlace() {
        tests++;
    }

    @Override
    protected Location root() {
        return Location.parse(here + "/test-" + tests);
    }

    private Path elsewhere() {
        return there.resolve("test-" + tests);
    }

    @Override
    protected boolean canDenyReading() {
        return false;
    }

    @Override
    protected void denyReading(Location location) {
        throw new UnsupportedOperationException("not called: root may read everything");
    }

    /// Asks again and again, until what this client believes has caught up.
    private static void await(BooleanSupplier condition) {
        Instant end = Instant.now().plus(SOON);
        while (!condition.getAsBoolean()) {
            assertThat(Instant.now()).as("waiting").isBefore(end);
        }
    }

    private static void assertAway(ThrowingCallable call, String said) {
        ServingException failure = catchThrowableOfType(ServingException.class, call);
        assertThat(failure).as("failure").isNotNull();
        assertThat(failure.kind()).isEqualTo(ErrorKind.STORAGE_FAILED);
        assertThat(failure).hasMessageContaining(said);
    }

    /// Nothing of it may look like a folder from which all versions were removed.
    @Test
    void failsWhileTheVolumeIsAwayAndGoesOnWhenItIsBack() {
        put(root().child("1").child("model.onnx"), bytes("content"));
        assertThat(store().list(root()).directories()).containsExactly("1");
        Location top = Location.parse(here.toString());
        assertThat(store().list(top).directories()).contains("test-" + tests);

        mount.kill();
        assertAway(() -> store().list(root()), "its volume is away");
        assertAway(() -> store().describe(root().child("1")), "its volume is away");
        assertAway(() -> store().inPlace(root().child("1")), "its volume is away");

        mount.close();
        assertAway(() -> store().list(root()), "does not exist: check the path, and that its volume is mounted");
        assertAway(() -> store().list(top), "its volume is not mounted");

        mount = gluster.mount(here);
        assertThat(store().list(top).directories()).contains("test-" + tests);
        assertThat(store().list(root()).directories()).containsExactly("1");
        assertThat(store().describe(root().child("1")).bytes()).isEqualTo(7);
    }

    @Test
    void findsWhatAnotherClientRenames() throws IOException {
        TickingFiles.write(elsewhere().resolve("7.partial").resolve("model.onnx"), "content");
        await(() -> Files.exists(Path.of(root().path())));
        await(() -> store().list(root()).directories().equals(List.of("7.partial")));

        Files.move(elsewhere().resolve("7.partial"), elsewhere().resolve("7"));

        await(() -> store().list(root()).directories().equals(List.of("7")));
        assertThat(store().describe(root().child("7")).bytes()).isEqualTo(7);
    }

    @Test
    void seesThatAnotherClientGoesOnWriting() throws IOException {
        Path file = elsewhere().resolve("1").resolve("model.onnx");
        TickingFiles.write(file, "half");
        await(() -> Files.exists(Path.of(root().path())));
        StoredDirectory half = store().describe(root().child("1"));
        TickingFiles.write(file, "half and half");

        await(() -> store().describe(root().child("1")).bytes() == 13);
        assertThat(store().describe(root().child("1")).fingerprint()).isNotEqualTo(half.fingerprint());
    }

    /// Handles that this client has become stale: that is no failure of the store.
    @Test
    void readsOnWhileAnotherClientReplacesFilesAndDirectories() throws Exception {
        Path version = elsewhere().resolve("1");
        TickingFiles.write(version.resolve("model.onnx"), "content");
        TickingFiles.write(version.resolve("variables").resolve("x"), "y");
        await(() -> Files.exists(Path.of(root().path(), "1", "variables", "x")));
        AtomicBoolean done = new AtomicBoolean();
        FutureTask<Void> writer = new FutureTask<>(() -> {
            while (!done.get()) {
                Path next = elsewhere().resolve("next");
                TickingFiles.write(next.resolve("x"), "y");
                TickingFiles.remove(version.resolve("variables"));
                Files.move(next, version.resolve("variables"));
                Path file = elsewhere().resolve("file");
                TickingFiles.write(file, "CONTENT");
                Files.move(file, version.resolve("model.onnx"), StandardCopyOption.ATOMIC_MOVE);
            }
            return null;
        });
        Thread.ofPlatform().start(writer);
        try {
            for (int i = 0; i < 300; i++) {
                StoredDirectory found = store().describe(root().child("1"));
                assertThat(found.topFiles()).containsExactly("model.onnx");
                assertThat(found.files()).isBetween(1, 2);
            }
        } finally {
            done.set(true);
            writer.get();
        }
        await(() -> store().describe(root().child("1")).files() == 2);
        await(() -> store().describe(root().child("1")).changed().plusSeconds(1).isBefore(Instant.now()));
        Path into = Files.createDirectory(here.resolveSibling("into"));
        store().fetch(new StoredVersion(root().child("1"), store().describe(root().child("1"))), into, new Transfer());
        assertThat(into.resolve("model.onnx")).hasContent("CONTENT");
    }
}
