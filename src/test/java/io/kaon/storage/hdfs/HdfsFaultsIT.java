package io.kaon.storage.hdfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.storage.Location;
import io.kaon.storage.StoredVersion;
import io.kaon.storage.Transfer;
import io.kaon.testkit.BackgroundFetch;
import io.kaon.testkit.BackgroundFetch.Awaited;
import io.kaon.testkit.Fault;
import io.kaon.testkit.FaultyProxy;
import io.kaon.testkit.HdfsOptions;
import io.kaon.testkit.HdfsServer;
import io.kaon.testkit.S3Request;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What goes wrong between the store and HDFS while a version is looked at and fetched: it comes in the end, whole, or
/// the failure says why. The proxy stands before the namenode, for datanodes are asked where the namenode says.
@Tag("in-process")
class HdfsFaultsIT {
    private static final int MIB = 1 << 20;
    private static final int LARGE = 41 * MIB + 7;

    private static HdfsServer server;
    private static String folder;
    private static byte[] large;
    private static FaultyProxy proxy;
    private static HdfsStore store;

    @TempDir
    private Path scratch;

    @BeforeAll
    static void open() {
        server = HdfsServer.shared();
        folder = server.createFolder();
        large = new byte[LARGE];
        new Random(20261129).nextBytes(large);
        server.put(folder + "/m/1/model.onnx", large);
        server.put(folder + "/m/1/variables/small", new byte[] {1, 2, 3});
        server.put(folder + "/m/1/empty", new byte[0]);
        proxy = FaultyProxy.inFrontOf(server.endpoint());
        store = HdfsOptions.usual().store();
    }

    @AfterAll
    static void close() {
        store.close();
        proxy.close();
    }

    @AfterEach
    void heal() {
        proxy.heal();
        server.goOn();
    }

    private static Location proxied(String path) {
        return Location.parse("webhdfs://127.0.0.1:" + proxy.endpoint().getPort() + folder + path);
    }

    private static Location direct(String scheme, String path) {
        return Location.parse(server.server(scheme) + folder + path);
    }

    private static StoredVersion described(Location version) {
        return new StoredVersion(version, store.describe(version));
    }

    private static boolean opensLarge(S3Request request) {
        return request.query().contains("op=OPEN") && request.path().endsWith("/m/1/model.onnx");
    }

    private static boolean lists(S3Request request) {
        return request.query().contains("op=LISTSTATUS");
    }

    private Path into() throws IOException {
        return Files.createDirectories(scratch.resolve("into"));
    }

    private void assertWhole() throws IOException {
        assertThat(into().resolve("model.onnx")).hasBinaryContent(large);
        assertThat(into().resolve("variables/small")).hasBinaryContent(new byte[] {1, 2, 3});
        assertThat(into().resolve("empty")).isEmptyFile();
        try (Stream<Path> top = Files.list(into())) {
            assertThat(top).hasSize(3);
        }
    }

    private void fetchesDespite(int times, Fault fault) throws IOException {
        StoredVersion version = described(proxied("/m/1"));
        proxy.next(times, HdfsFaultsIT::opensLarge, fault);
        Transfer transfer = new Transfer();
        store.fetch(version, into(), transfer);
        assertWhole();
        assertThat(transfer.bytes()).isEqualTo(LARGE + 3);
    }

    @Test
    void asksAgainWhereTheConnectionIsReset() throws IOException {
        fetchesDespite(3, new Fault.Reset(0));
    }

    @Test
    void asksAgainAfterErrorsOfTheServer() throws IOException {
        fetchesDespite(3, Fault.internalError());
    }

    @Test
    void looksAgainAfterErrorsOfTheServer() {
        proxy.next(2, HdfsFaultsIT::lists, Fault.internalError());
        assertThat(store.list(proxied("/m/1")).files()).containsExactly("empty", "model.onnx");
        proxy.next(2, HdfsFaultsIT::lists, new Fault.Reset(10));
        assertThat(store.describe(proxied("/m/1")).files()).isEqualTo(3);
    }

    @Test
    void asksAsOftenAsTheManualSays() throws IOException {
        StoredVersion version = described(proxied("/m/1"));
        proxy.forgetCounts();
        store.fetch(version, into(), new Transfer());
        assertThat(proxy.requests().stream().filter(HdfsFaultsIT::lists))
                .as("one for each directory")
                .hasSize(2);
        assertThat(proxy.requests().stream().filter(request -> request.query().contains("op=OPEN")))
                .as("one or two for each part, and for the small file")
                .hasSizeBetween(7, 14);
        assertThat(proxy.requests().stream().filter(request -> request.query().contains("op=GETFILESTATUS")))
                .as("one after each")
                .hasSize(7);
    }

    /// A connection on which nothing comes for 15 s.
    @Test
    void asksAgainWhereTheServerIsSilent() throws Exception {
        StoredVersion version = described(proxied("/m/1"));
        Fault.Hold hold = new Fault.Hold();
        proxy.next(1, HdfsFaultsIT::opensLarge, hold);
        fetching(version, new Transfer()).get(60, TimeUnit.SECONDS);
        hold.goOn().countDown();
        assertWhole();
    }

    @ParameterizedTest
    @ValueSource(strings = {"hdfs", "webhdfs"})
    void endsSoonWhenTheTransferIsCancelledHoweverSilentTheServerIs(String scheme) throws Exception {
        StoredVersion version = described(direct(scheme, "/m/1"));
        Awaited transfer = new Awaited(MIB);
        Future<?> fetch = fetching(version, transfer);
        transfer.await();
        server.pause();
        transfer.cancel();
        assertThat(BackgroundFetch.failure(fetch, Duration.ofSeconds(5)).kind()).isEqualTo(ErrorKind.CANCELLED);
    }

    @Test
    void fetchesNothingOfAFileThatIsReplacedAfterTheListing() throws Exception {
        server.put(folder + "/replaced/1/model.onnx", new byte[] {1, 1, 1});
        StoredVersion version = described(proxied("/replaced/1"));
        Fault.Hold hold = new Fault.Hold();
        proxy.next(1, request -> request.query().contains("op=OPEN"), hold);
        Future<?> fetch = fetching(version, new Transfer());
        hold.reached().await();
        server.put(folder + "/replaced/1/model.onnx", new byte[] {2, 2, 2});
        hold.goOn().countDown();
        ServingException failure = BackgroundFetch.failure(fetch, Duration.ofSeconds(60));
        assertThat(failure.kind()).isEqualTo(ErrorKind.STORAGE_FAILED);
        assertThat(failure).hasMessageContaining("/replaced/1/model.onnx has changed");
        assertThat(into().resolve("model.onnx")).doesNotExist();
    }

    @Test
    void saysThatTheServerIsAwayAndGoesOnWhenItIsBack() throws Exception {
        StoredVersion version = described(proxied("/m/1"));
        proxy.next(1, HdfsFaultsIT::opensLarge, new Fault.Hold());
        Future<?> fetch = fetching(version, new Transfer());
        while (partsThere() < 5) {
            assertThat(fetch.isDone()).isFalse();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
        proxy.goAway();
        assertThat(BackgroundFetch.failure(fetch, Duration.ofSeconds(60)))
                .hasMessageContaining("cannot be asked")
                .hasMessageContaining(folder);

        proxy.heal();
        proxy.comeBack();
        Transfer again = new Transfer();
        store.fetch(version, into(), again);
        assertWhole();
        assertThat(again.copied()).as("only the part that was missing").isLessThanOrEqualTo(8 * MIB);
    }

    /// How many parts of the large file have come, as the copy itself keeps count.
    private long partsThere() throws IOException {
        try (Stream<Path> all = Files.walk(into())) {
            long there = 0;
            for (Path marks :
                    all.filter(path -> path.toString().endsWith(".parts")).toList()) {
                for (byte mark : Files.readAllBytes(marks)) {
                    there += mark;
                }
            }
            return there;
        }
    }

    @Test
    void saysThatTheServerIsAwayWhenItIsKilled() throws Exception {
        HdfsServer other = HdfsServer.start();
        try {
            other.put("/m/1/model.onnx", large);
            StoredVersion version = described(Location.parse(other.server("hdfs") + "/m/1"));
            Awaited transfer = new Awaited(MIB);
            Future<?> fetch = fetching(version, transfer);
            transfer.await();
            other.close();
            assertThat(BackgroundFetch.failure(fetch, Duration.ofSeconds(60)))
                    .hasMessageContaining(version.location().toString());
            assertThatThrownBy(() -> store.list(version.location()))
                    .isInstanceOf(ServingException.class)
                    .hasMessageContaining("cannot be asked");
        } finally {
            other.close();
        }
    }

    private Future<?> fetching(StoredVersion version, Transfer transfer) throws IOException {
        return BackgroundFetch.begin(store, version, into(), transfer);
    }
}
