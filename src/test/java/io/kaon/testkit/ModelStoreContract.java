package io.kaon.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.storage.Location;
import io.kaon.storage.ModelStore;
import io.kaon.storage.StoredDirectory;
import io.kaon.storage.StoredVersion;
import io.kaon.storage.Transfer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What every [ModelStore] must do. A subclass supplies the store, a place of each test's own, and the means to
/// change what is there; where stores honestly differ, it says which kind it is.
public abstract class ModelStoreContract {
    @TempDir
    private Path scratch;

    protected abstract ModelStore store();

    /// Where this test alone puts things. Nothing is there at the start, not even the place itself.
    protected abstract Location root();

    /// Writes a file and whatever directories it needs. A second write must be told from the first one by the means
    /// that the store has, even when the sizes are equal.
    protected abstract void put(Location file, byte[] content);

    /// Removes a file, or a directory with everything below it.
    protected abstract void remove(Location location);

    /// Makes an empty directory. Called where [#seesEmptyDirectories].
    protected abstract void makeDirectory(Location directory);

    /// Whether `fetch` fills the caller's directory; otherwise it answers with the original place.
    protected abstract boolean copiesOnFetch();

    /// Whether a directory can be there without a file below it. In most object stores it cannot.
    protected boolean seesEmptyDirectories() {
        return true;
    }

    /// Whether something can have this name here and now.
    protected boolean canName(String name) {
        return true;
    }

    /// Whether [#denyReading] works here and now.
    protected abstract boolean canDenyReading();

    /// Takes the right to read something away. The test's end gives it back where that is needed for cleaning up.
    protected abstract void denyReading(Location location);

    @Test
    void listsDirectoriesInOrderAndLeavesPlainFilesOut() {
        for (String name : List.of("2", "10", "b", "1", "B")) {
            put(root().child(name).child("model.onnx"), bytes(name));
        }
        put(root().child("README.md"), bytes("not a directory"));
        put(root().child("3"), bytes("not one either"));

        assertThat(store().list(root()).directories()).containsExactly("1", "10", "2", "B", "b");
    }

    @Test
    void listsNoNamesThatBeginWithADot() {
        put(root().child(".git").child("config"), bytes("hidden"));
        put(root().child("..data").child("a.txt"), bytes("hidden"));
        put(root().child("1").child("model.onnx"), bytes("seen"));

        assertThat(store().list(root()).directories()).containsExactly("1");
    }

    @Test
    void listsOneLevelOnly() {
        put(root().child("1").child("variables").child("7").child("x"), bytes("deep"));

        assertThat(store().list(root()).directories()).containsExactly("1");
    }

    /// `mnist+old/1` sorts before `mnist/1`, and both begin like `mnist`.
    @Test
    void keepsNeighboursWithACommonBeginningApart() {
        put(root().child("mnist").child("1").child("a"), bytes("a"));
        put(root().child("mnist+old").child("2").child("a"), bytes("aa"));
        put(root().child("mnist2").child("3").child("a"), bytes("aaa"));

        assertThat(store().list(root().child("mnist")).directories()).containsExactly("1");
        assertThat(store().describe(root().child("mnist")).bytes()).isEqualTo(1);
    }

    @Test
    void refusesToListWhatIsNotThere() {
        assertStorageFailed(() -> store().list(root().child("nowhere")), root().child("nowhere"));
    }

    @Test
    void refusesToDescribeWhatIsNotThere() {
        put(root().child("1").child("model.onnx"), bytes("content"));

        assertStorageFailed(() -> store().describe(root().child("2")), root().child("2"));
    }

    @Test
    void refusesToFetchWhatIsNotThere() {
        put(root().child("1").child("model.onnx"), bytes("content"));

        StoredVersion gone = new StoredVersion(root().child("2"), store().describe(root().child("1")));
        assertStorageFailed(() -> store().fetch(gone, into("2"), new Transfer()), root().child("2"));
        if (!copiesOnFetch()) {
            assertStorageFailed(() -> store().inPlace(root().child("2")), root().child("2"));
        }
    }

    @Test
    void listsNothingWhereThereAreOnlyFiles() {
        put(root().child("model.onnx"), bytes("content"));

        assertThat(store().list(root()).directories()).isEmpty();
    }

    @Test
    void listsNothingWhereThereIsNothing() {
        assumeEmptyDirectoriesAreSeen();
        makeDirectory(root());

        assertThat(store().list(root()).directories()).isEmpty();
    }

    @Test
    void describesAnEmptyDirectory() {
        assumeEmptyDirectoriesAreSeen();
        makeDirectory(root().child("1"));

        assertThat(store().list(root()).directories()).containsExactly("1");
        StoredDirectory found = store().describe(root().child("1"));
        assertThat(found.topFiles()).isEmpty();
        assertThat(found.files()).isZero();
        assertThat(found.bytes()).isZero();
    }

    @Test
    void refusesToListWhatItMayNotRead() {
        put(root().child("1").child("model.onnx"), bytes("content"));
        assumeReadingCanBeDenied();
        denyReading(root());

        assertStorageFailed(() -> store().list(root()), root());
    }

    @Test
    void refusesToDescribeWhatItMayNotRead() {
        put(root().child("1").child("variables").child("x"), bytes("content"));
        assumeReadingCanBeDenied();
        denyReading(root().child("1").child("variables"));

        assertStorageFailed(
                () -> store().describe(root().child("1")), root().child("1").child("variables"));
    }

    @Test
    void countsFilesAndBytesAtEveryDepth() {
        Location version = root().child("1");
        put(version.child("saved_model.pb"), bytes("12345"));
        put(version.child("empty"), bytes(""));
        put(version.child("variables").child("index"), bytes("123"));
        put(version.child("assets").child("vocabulary").child("en").child("words.txt"), bytes("12"));

        StoredDirectory found = store().describe(version);
        assertThat(found.files()).isEqualTo(4);
        assertThat(found.bytes()).isEqualTo(10);
        assertThat(found.topFiles()).containsExactly("empty", "saved_model.pb");
    }

    @Test
    void namesThePlainFilesAtTheTop() {
        put(root().child("b.onnx"), bytes("x"));
        put(root().child("a.txt"), bytes("x"));
        put(root().child("1").child("model.onnx"), bytes("x"));

        assertThat(store().list(root()).files()).containsExactly("a.txt", "b.onnx");
    }

    @Test
    void namesTheFirstHundredFilesAtTheTop() {
        Location version = root().child("1");
        for (int i = 103; i > 0; i--) {
            put(version.child("part-" + (1000 + i)), bytes("x"));
        }

        StoredDirectory found = store().describe(version);
        assertThat(found.topFiles())
                .hasSize(100)
                .isSorted()
                .startsWith("part-1001")
                .endsWith("part-1100");
        assertThat(found.files()).isEqualTo(103);
    }

    @Test
    void keepsTheFingerprintWhileNothingChanges() {
        put(root().child("1").child("model.onnx"), bytes("content"));
        put(root().child("1").child("assets").child("words"), bytes("hello"));
        StoredDirectory before = store().describe(root().child("1"));
        put(root().child("2").child("model.onnx"), bytes("elsewhere"));

        assertThat(store().describe(root().child("1"))).isEqualTo(before);
    }

    @Test
    void changesTheFingerprintWithEveryChangeOfAFile() {
        Location version = root().child("1");
        Location deep = version.child("variables").child("shard");
        put(version.child("model.onnx"), bytes("content"));
        put(deep, bytes("weights"));
        List<Runnable> changes = List.of(
                () -> put(version.child("another"), bytes("")), // added at the top
                () -> put(version.child("variables").child("more"), bytes("m")), // added below
                () -> put(deep, bytes("longer weights")), // resized
                () -> put(deep, bytes("LONGER WEIGHTS")), // rewritten with the same size
                () -> remove(version.child("another")),
                () -> remove(version.child("variables")));

        long fingerprint = store().describe(version).fingerprint();
        for (int i = 0; i < changes.size(); i++) {
            changes.get(i).run();
            long next = store().describe(version).fingerprint();
            assertThat(next).as("after change %d", i).isNotEqualTo(fingerprint);
            fingerprint = next;
        }
    }

    @Test
    void changesTheFingerprintWhenOneOfTwoEqualFilesMoves() {
        Location version = root().child("1");
        put(version.child("a").child("x"), bytes("same"));
        put(version.child("b").child("x"), bytes("same"));
        long before = store().describe(version).fingerprint();
        remove(version.child("b").child("x"));
        put(version.child("c").child("x"), bytes("same"));

        assertThat(store().describe(version).fingerprint()).isNotEqualTo(before);
    }

    @Test
    void movesTheTimeOfChangeNeverBackWhenAFileIsWritten() {
        Location version = root().child("1");
        put(version.child("a"), bytes("a"));
        StoredDirectory before = store().describe(version);
        put(version.child("b"), bytes("b"));

        assertThat(store().describe(version).changed()).isAfterOrEqualTo(before.changed());
    }

    @Test
    void fetchesEveryByteAtEveryDepth() throws IOException {
        byte[] large = new byte[300_001];
        new Random(20260101).nextBytes(large);
        Map<String, byte[]> files = Map.of(
                "model.onnx", large,
                "empty", bytes(""),
                "variables/index", bytes("index"),
                "assets/vocabulary/en/words.txt", bytes("one\ntwo\r\n"));
        putAll(root().child("1"), files);

        assertSameFiles(fetched(root().child("1"), into("1")), files);
    }

    @Test
    void showsEnginesWhereTheFilesStandOrHasThemFetched() throws IOException {
        put(root().child("1").child("model.onnx"), bytes("content"));

        Path found = store().inPlace(root().child("1"));

        if (copiesOnFetch()) {
            assertThat(found).isNull();
        } else {
            assertThat(found).isNotNull();
            assertSameFiles(contents(Objects.requireNonNull(found)), Map.of("model.onnx", bytes("content")));
        }
    }

    @Test
    void tellsHowManyBytesItHasFetched() throws IOException {
        putAll(root().child("1"), Map.of("model.onnx", bytes("content"), "variables/x", bytes("y")));
        Transfer transfer = new Transfer();

        store().fetch(described(root().child("1")), into("1"), transfer);

        assertThat(transfer.bytes()).isEqualTo(8);
        assertThat(transfer.copied()).isEqualTo(8);
    }

    /// Otherwise the rate of a copy that goes on would be that of all the bytes that were there.
    @Test
    void tellsWhatIsThereAlreadyApartFromWhatItCopies() throws IOException {
        putAll(root().child("1"), Map.of("model.onnx", bytes("content"), "variables/x", bytes("y")));
        StoredVersion version = described(root().child("1"));
        Path into = into("1");
        store().fetch(version, into, new Transfer());
        Transfer again = new Transfer();

        store().fetch(version, into, again);

        assertThat(again.bytes()).isEqualTo(8);
        assertThat(again.copied()).isZero();
    }

    @Test
    void fetchesNothingButWhatWasDescribed() {
        put(root().child("1").child("model.onnx"), bytes("content"));
        StoredVersion before = described(root().child("1"));
        put(root().child("1").child("model.onnx"), bytes("CONTENT"));

        assertStorageFailed(() -> store().fetch(before, into("1"), new Transfer()), root().child("1"));
    }

    @Test
    void endsAFetchThatIsCancelled() {
        put(root().child("1").child("model.onnx"), bytes("content"));
        Transfer transfer = new Transfer();
        transfer.cancel();

        ServingException ended = catchThrowableOfType(
                ServingException.class, () -> store().fetch(described(root().child("1")), into("1"), transfer));
        assertThat(ended.kind()).isEqualTo(ErrorKind.CANCELLED);
    }

    /// What a fetch that was broken off has left is good.
    @Test
    void goesOnWhereAnEarlierFetchWasBrokenOff() throws IOException {
        Map<String, byte[]> files = Map.of("a", bytes("first"), "b/c", bytes("second"), "d", bytes("third"));
        putAll(root().child("1"), files);
        StoredVersion version = described(root().child("1"));
        Path partial = into("1");
        Transfer ended = new Transfer() {
            @Override
            public void add(long more) {
                cancel();
                super.add(more);
            }
        };
        assertThat(catchThrowableOfType(ServingException.class, () -> store().fetch(version, partial, ended)))
                .isNotNull();

        assertSameFiles(fetched(root().child("1"), partial), files);
    }

    @Test
    void fetchesTheSameAgain() throws IOException {
        putAll(root().child("1"), Map.of("model.onnx", bytes("content"), "variables/x", bytes("y")));
        StoredDirectory before = store().describe(root().child("1"));

        Map<String, byte[]> first = fetched(root().child("1"), into("first"));
        Map<String, byte[]> second = fetched(root().child("1"), into("second"));

        assertThat(first).hasSize(2);
        assertSameFiles(second, first);
        assertThat(store().describe(root().child("1"))).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "with space",
                "größe",
                "模型",
                "100%",
                "a%2Fb",
                "%20",
                "a+b",
                "a&b=c",
                "a?b",
                "a#b",
                "it's",
                "a\"b",
                "a:b",
                "a\\b",
                "a*b",
                "~",
                "-rf",
                "😀"
            })
    void takesOddNamesAsTheyAre(String name) throws IOException {
        assume(canName(name), "nothing can be called " + name + " here (without a UTF-8 locale, for example)");
        put(root().child(name).child(name).child(name + ".onnx"), bytes(name));

        assertThat(store().list(root()).directories()).containsExactly(name);
        assertThat(store().list(root().child(name)).directories()).containsExactly(name);
        assertThat(store().describe(root().child(name).child(name)).topFiles()).containsExactly(name + ".onnx");
        assertSameFiles(fetched(root().child(name), into("odd")), Map.of(name + "/" + name + ".onnx", bytes(name)));
    }

    protected static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    /// The call fails for reasons of storage, and the message names the place.
    protected static void assertStorageFailed(ThrowingCallable call, Location place) {
        ServingException failure = catchThrowableOfType(ServingException.class, call);
        assertThat(failure).as("failure").isNotNull();
        assertThat(failure.kind()).isEqualTo(ErrorKind.STORAGE_FAILED);
        assertThat(failure).hasMessageContaining(place.toString());
    }

    protected final void assumeReadingCanBeDenied() {
        assume(canDenyReading(), "the right to read cannot be taken away here (from the superuser, for example)");
    }

    private void assumeEmptyDirectoriesAreSeen() {
        assume(seesEmptyDirectories(), "the store has no empty directories");
    }

    /// Skips the test if something is not so, and prints why.
    private void assume(boolean condition, String reason) {
        if (!condition) {
            System.out.println("skipped a test of " + getClass().getSimpleName() + ": " + reason);
        }
        assumeTrue(condition, reason);
    }

    /// An empty directory.
    private Path into(String name) throws IOException {
        return Files.createDirectories(scratch.resolve(name));
    }

    private StoredVersion described(Location directory) {
        return new StoredVersion(directory, store().describe(directory));
    }

    private Map<String, byte[]> fetched(Location directory, Path into) throws IOException {
        store().fetch(described(directory), into, new Transfer());
        return contents(into);
    }

    private void putAll(Location directory, Map<String, byte[]> files) {
        files.forEach((name, content) -> {
            Location file = directory;
            for (String segment : name.split("/", -1)) {
                file = file.child(segment);
            }
            put(file, content);
        });
    }

    private static Map<String, byte[]> contents(Path directory) throws IOException {
        Map<String, byte[]> contents = new TreeMap<>();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                contents.put(directory.relativize(file).toString(), Files.readAllBytes(file));
            }
        }
        return contents;
    }

    private static void assertSameFiles(Map<String, byte[]> found, Map<String, byte[]> expected) {
        assertThat(found.keySet()).containsExactlyInAnyOrderElementsOf(expected.keySet());
        expected.forEach((name, content) -> assertThat(found.get(name)).as(name).isEqualTo(content));
    }
}
