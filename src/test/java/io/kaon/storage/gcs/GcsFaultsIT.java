package io.kaon.storage.gcs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.storage.Location;
import io.kaon.storage.StoredVersion;
import io.kaon.storage.Transfer;
import io.kaon.testkit.BackgroundFetch;
import io.kaon.testkit.FakeGcs;
import io.kaon.testkit.Fault;
import io.kaon.testkit.FaultyProxy;
import io.kaon.testkit.GcsOptions;
import io.kaon.testkit.S3Request;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What goes wrong between the store and Google Cloud Storage while a version is looked at and fetched: it comes in the
/// end, whole, or the failure says why.
@Tag("in-process")
final class GcsFaultsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int MIB = 1 << 20;
    private static final int LARGE = 17 * MIB + 7;

    private static FakeGcs server;
    private static String bucket;
    private static byte[] large;
    private static FaultyProxy proxy;
    private static GcsStore store;

    @TempDir
    private Path into;

    @BeforeAll
    static void open() {
        server = FakeGcs.start(1000);
        bucket = server.createBucket();
        large = new byte[LARGE];
        new Random(20261129).nextBytes(large);
        server.put(bucket, "m/1/model.onnx", large);
        server.put(bucket, "m/1/small", new byte[] {1, 2, 3});
        proxy = FaultyProxy.inFrontOf(server.endpoint());
        store = GcsOptions.anonymousAt(proxy.endpoint()).store();
    }

    @AfterAll
    static void close() {
        store.close();
        proxy.close();
        server.close();
    }

    @AfterEach
    void heal() {
        proxy.heal();
    }

    private static StoredVersion described(String directory) {
        Location place = Location.parse("gs://" + bucket + "/" + directory);
        return new StoredVersion(place, store.describe(place));
    }

    private static boolean asksForContent(S3Request request) {
        return request.query().contains("alt=media");
    }

    private static boolean asksForLarge(S3Request request) {
        return asksForContent(request) && request.path().contains("model.onnx");
    }

    private static boolean lists(S3Request request) {
        return !asksForContent(request);
    }

    private void fetchesDespite(int times, Fault fault) throws IOException {
        StoredVersion version = described("m/1");
        proxy.next(times, GcsFaultsIT::asksForLarge, fault);
        Transfer transfer = new Transfer();
        store.fetch(version, into, transfer);
        assertThat(into.resolve("model.onnx")).hasBinaryContent(large);
        assertThat(into.resolve("small")).hasBinaryContent(new byte[] {1, 2, 3});
        assertThat(transfer.bytes())
                .as("bytes that were fetched twice count once")
                .isEqualTo(LARGE + 3);
    }

    @Test
    void fetchesALargeObjectInParts() throws IOException {
        proxy.forgetCounts();
        fetchesDespite(0, Fault.internalError());
        assertThat(proxy.requests().stream().filter(GcsFaultsIT::asksForLarge)).hasSize(3);
    }

    @Test
    void asksAgainForPartsWhoseConnectionIsReset() throws IOException {
        fetchesDespite(3, new Fault.Reset(MIB / 2));
    }

    @Test
    void asksAgainForPartsThatEndEarly() throws IOException {
        fetchesDespite(2, new Fault.Truncation(5 * MIB));
    }

    @Test
    void asksAgainAfterErrorsOfTheServer() throws IOException {
        fetchesDespite(2, Fault.internalError());
        fetchesDespite(2, Fault.slowDown(Duration.ofSeconds(1)));
    }

    @Test
    void looksAgainAfterErrorsOfTheServer() {
        Location version = Location.parse("gs://" + bucket + "/m/1");
        proxy.next(2, GcsFaultsIT::lists, Fault.internalError());
        assertThat(store.list(version).files()).containsExactly("model.onnx", "small");
        proxy.next(2, GcsFaultsIT::lists, new Fault.Reset(10));
        assertThat(store.describe(version).files()).isEqualTo(2);
    }

    @Test
    void givesUpOnPartsThatEndEarlyEveryTime() {
        StoredVersion version = described("m/1");
        proxy.always(GcsFaultsIT::asksForLarge, new Fault.Truncation(MIB));
        ServingException failure =
                catchThrowableOfType(ServingException.class, () -> store.fetch(version, into, new Transfer()));
        assertThat(failure.kind()).isEqualTo(ErrorKind.STORAGE_FAILED);
        assertThat(failure).hasMessageContaining("gs://" + bucket + "/m/1/model.onnx");
    }

    /// A connection on which nothing comes for 15 s.
    @Test
    void asksAgainOnAnotherConnectionWhereOneIsSilentForGood() throws Exception {
        StoredVersion version = described("m/1");
        Fault.Stall stall = new Fault.Stall(2 * MIB);
        proxy.next(1, GcsFaultsIT::asksForLarge, stall);
        fetching(version, new Transfer()).get(60, TimeUnit.SECONDS);
        stall.goOn().countDown();
        assertThat(into.resolve("model.onnx")).hasBinaryContent(large);
    }

    @Test
    void endsAtOnceWhenTheTransferIsCancelledHoweverSilentTheServerIs() throws Exception {
        StoredVersion version = described("m/1");
        Fault.Hold hold = new Fault.Hold();
        proxy.always(GcsFaultsIT::asksForContent, hold);
        Transfer transfer = new Transfer();
        Future<?> fetch = fetching(version, transfer);
        hold.reached().await();
        transfer.cancel();
        assertThat(BackgroundFetch.failure(fetch, PATIENCE).kind()).isEqualTo(ErrorKind.CANCELLED);
        hold.goOn().countDown();
    }

    @Test
    void fetchesNothingOfAnObjectThatIsReplacedAfterTheListing() throws Exception {
        server.put(bucket, "replaced/1/model.onnx", new byte[] {1, 1, 1});
        StoredVersion version = described("replaced/1");
        Fault.Hold hold = new Fault.Hold();
        proxy.next(1, GcsFaultsIT::asksForContent, hold);
        Future<?> fetch = fetching(version, new Transfer());
        hold.reached().await();
        server.put(bucket, "replaced/1/model.onnx", new byte[] {2, 2, 2});
        hold.goOn().countDown();
        ServingException failure = BackgroundFetch.failure(fetch, PATIENCE);
        assertThat(failure.kind()).isEqualTo(ErrorKind.STORAGE_FAILED);
        assertThat(failure)
                .hasMessageStartingWith(
                        "gs://" + bucket + "/replaced/1/model.onnx has changed since it was listed, or is gone");
        assertThat(into.resolve("model.onnx")).doesNotExist();
    }

    @Test
    void saysThatTheServerIsAway() {
        proxy.goAway();
        try {
            ServingException failure = catchThrowableOfType(ServingException.class, () -> described("m/1"));
            assertThat(failure.kind()).isEqualTo(ErrorKind.STORAGE_FAILED);
            assertThat(failure).hasMessageContaining("cannot be asked").hasMessageContaining("gs://" + bucket);
        } finally {
            proxy.comeBack();
        }
    }

    private Future<?> fetching(StoredVersion version, Transfer transfer) {
        return BackgroundFetch.begin(store, version, into, transfer);
    }
}
