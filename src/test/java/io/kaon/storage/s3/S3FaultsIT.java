package io.kaon.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.storage.Location;
import io.kaon.storage.StoredVersion;
import io.kaon.storage.Transfer;
import io.kaon.testkit.BackgroundFetch;
import io.kaon.testkit.BackgroundFetch.Awaited;
import io.kaon.testkit.Fault;
import io.kaon.testkit.FaultyProxy;
import io.kaon.testkit.S3Options;
import io.kaon.testkit.S3Request;
import io.kaon.testkit.S3Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What goes wrong between the store and S3 while a version is looked at and fetched: it comes in the end,
/// whole, or the failure says why.
@Tag("in-process")
class S3FaultsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final int MIB = 1 << 20;
    private static final int LARGE = 41 * MIB + 7;

    private static String bucket;
    private static byte[] large;
    private static FaultyProxy proxy;
    private static S3Store store;

    @TempDir
    private Path scratch;

    @BeforeAll
    static void open() {
        S3Server server = S3Server.shared();
        bucket = server.createBucket();
        large = new byte[LARGE];
        new Random(20261129).nextBytes(large);
        server.put(bucket, "m/1/model.onnx", large);
        server.put(bucket, "m/1/variables/small", new byte[] {1, 2, 3});
        server.put(bucket, "m/1/empty", new byte[0]);
        proxy = FaultyProxy.inFrontOf(server.endpoint());
        store = S3Options.of(server).at(proxy.endpoint()).store();
    }

    @AfterAll
    static void close() {
        store.close();
        proxy.close();
    }

    @AfterEach
    void heal() {
        proxy.heal();
    }

    private static Location version() {
        return Location.parse("s3://" + bucket + "/m/1");
    }

    private static StoredVersion described() {
        return new StoredVersion(version(), store.describe(version()));
    }

    private static boolean asksForLarge(S3Request request) {
        return S3Request.Kind.OBJECT.test(request) && request.path().contains("model.onnx");
    }

    private Path into() throws IOException {
        return Files.createDirectories(scratch.resolve("into"));
    }

    private void assertWhole(Path into) throws IOException {
        assertThat(into.resolve("model.onnx")).hasBinaryContent(large);
        assertThat(into.resolve("variables/small")).hasBinaryContent(new byte[] {1, 2, 3});
        assertThat(into.resolve("empty")).isEmptyFile();
        try (Stream<Path> all = Files.walk(into)) {
            assertThat(all.filter(Files::isRegularFile)).hasSize(3);
        }
        try (Stream<Path> top = Files.list(into)) {
            assertThat(top).hasSize(3);
        }
    }

    private void fetchesDespite(int times, Fault fault) throws IOException {
        StoredVersion version = described();
        proxy.next(times, S3FaultsIT::asksForLarge, fault);
        Transfer transfer = new Transfer();
        store.fetch(version, into(), transfer);
        assertWhole(into());
        assertThat(transfer.bytes())
                .as("bytes that were fetched twice count once")
                .isEqualTo(LARGE + 3);
    }

    @Test
    void fetchesALargeObjectInParts() throws IOException {
        proxy.forgetCounts();
        fetchesDespite(0, Fault.internalError());
        assertThat(proxy.requests().stream().filter(S3FaultsIT::asksForLarge)).hasSize(6);
        assertThat(proxy.bodyBytes(S3Request.Kind.OBJECT)).isEqualTo(LARGE + 3);
    }

    @Test
    void asksAgainForPartsWhoseConnectionIsReset() throws IOException {
        fetchesDespite(3, new Fault.Reset(3 * MIB));
    }

    @Test
    void asksAgainForPartsThatEndEarly() throws IOException {
        fetchesDespite(3, new Fault.Truncation(5 * MIB));
    }

    @Test
    void asksAgainAfterErrorsOfTheServer() throws IOException {
        fetchesDespite(4, Fault.internalError());
    }

    @Test
    void slowsDownWhenToldTo() throws IOException {
        fetchesDespite(4, Fault.slowDown(Duration.ofSeconds(1)));
    }

    @Test
    void looksAgainAfterErrorsOfTheServer() {
        proxy.next(2, S3Request.Kind.LISTING, Fault.internalError());
        assertThat(store.list(version()).files()).containsExactly("empty", "model.onnx");
        proxy.next(2, S3Request.Kind.LISTING, new Fault.Reset(10));
        assertThat(store.describe(version()).files()).isEqualTo(3);
    }

    @Test
    void waitsForAServerThatStalls() throws Exception {
        StoredVersion version = described();
        Fault.Stall stall = new Fault.Stall(2 * MIB);
        proxy.next(1, S3FaultsIT::asksForLarge, stall);
        Future<?> fetch = fetching(version, new Transfer());
        stall.reached().await();
        assertThat(fetch.isDone()).isFalse();
        stall.goOn().countDown();
        fetch.get(60, TimeUnit.SECONDS);
        assertWhole(into());
    }

    /// A connection on which nothing comes for 15 s.
    @Test
    void asksAgainOnAnotherConnectionWhereOneIsSilentForGood() throws Exception {
        StoredVersion version = described();
        Fault.Stall stall = new Fault.Stall(2 * MIB);
        proxy.next(1, S3FaultsIT::asksForLarge, stall);
        fetching(version, new Transfer()).get(60, TimeUnit.SECONDS);
        stall.goOn().countDown();
        assertWhole(into());
    }

    @Test
    void endsAtOnceWhenTheTransferIsCancelledHoweverSilentTheServerIs() throws Exception {
        StoredVersion version = described();
        Fault.Hold hold = new Fault.Hold();
        proxy.always(S3Request.Kind.OBJECT, hold);
        Transfer transfer = new Transfer();
        Future<?> fetch = fetching(version, transfer);
        hold.reached().await();
        transfer.cancel();
        assertThat(BackgroundFetch.failure(fetch, PATIENCE).kind()).isEqualTo(ErrorKind.CANCELLED);
        hold.goOn().countDown();
    }

    @Test
    void fetchesNothingOfAnObjectThatIsReplacedAfterTheListing() throws Exception {
        S3Server server = S3Server.shared();
        server.put(bucket, "replaced/1/model.onnx", new byte[] {1, 1, 1});
        Location place = Location.parse("s3://" + bucket + "/replaced/1");
        StoredVersion version = new StoredVersion(place, store.describe(place));
        Fault.Hold hold = new Fault.Hold();
        proxy.next(1, S3Request.Kind.OBJECT, hold);
        Future<?> fetch = fetching(version, new Transfer());
        hold.reached().await();
        server.put(bucket, "replaced/1/model.onnx", new byte[] {2, 2, 2});
        hold.goOn().countDown();
        ServingException failure = BackgroundFetch.failure(fetch, PATIENCE);
        assertThat(failure.kind()).isEqualTo(ErrorKind.STORAGE_FAILED);
        assertThat(failure).hasMessageContaining(place + "/model.onnx").hasMessageContaining("changed");
        assertThat(into().resolve("model.onnx")).doesNotExist();
    }

    @Test
    void saysThatTheServerIsAwayAndGoesOnWhenItIsBack() throws Exception {
        StoredVersion version = described();
        Fault.Stall stall = new Fault.Stall(MIB);
        // One part of six stays away.
        proxy.always(
                request -> asksForLarge(request) && request.range().orElse("").contains("bytes=8388608-"), stall);
        Awaited transfer = new Awaited(LARGE + 3 - 7 * MIB);
        Future<?> fetch = fetching(version, transfer);
        transfer.await();
        proxy.goAway();
        ServingException failure = BackgroundFetch.failure(fetch, PATIENCE);
        assertThat(failure.kind()).isEqualTo(ErrorKind.STORAGE_FAILED);
        assertThat(failure).hasMessageContaining("cannot be asked").hasMessageContaining(bucket);
        stall.goOn().countDown();

        proxy.heal();
        proxy.comeBack();
        proxy.forgetCounts();
        store.fetch(version, into(), new Transfer());
        assertWhole(into());
        assertThat(proxy.bodyBytes(S3Request.Kind.OBJECT))
                .as("only the part that was missing")
                .isEqualTo(8 * MIB);
    }

    @Test
    void believesNothingThatWasLeftForOtherContent() throws Exception {
        Files.write(into().resolve("model.onnx"), new byte[LARGE]);
        Path growing = Files.createDirectories(into().resolve(".kaon-fetch"));
        Files.writeString(growing.resolve("of"), "another fingerprint");
        store.fetch(described(), into(), new Transfer());
        assertWhole(into());
    }

    private Future<?> fetching(StoredVersion version, Transfer transfer) throws IOException {
        return BackgroundFetch.begin(store, version, into(), transfer);
    }
}
