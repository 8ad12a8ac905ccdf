package io.kaon.storage.hdfs;

import static org.assertj.core.api.Assertions.assertThat;

import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.storage.Location;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.file.NotDirectoryException;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;
import org.apache.hadoop.hdfs.BlockMissingException;
import org.apache.hadoop.ipc.RemoteException;
import org.apache.hadoop.ipc.RetriableException;
import org.apache.hadoop.ipc.StandbyException;
import org.apache.hadoop.net.ConnectTimeoutException;
import org.apache.hadoop.security.AccessControlException;
import org.apache.hadoop.security.token.SecretManager.InvalidToken;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// A failure names the place, the server's reason and what to do, in one line and without secrets.
final class HdfsFailuresTest {
    private static final Location PLACE = Location.parse("hdfs://nn:8020/m");

    private final HdfsFailures failures = new HdfsFailures(new HdfsSettings("ann", null, 1, 1));

    private ServingException explained(Throwable failure) {
        ServingException explained = failures.explain(PLACE, failure);
        assertThat(explained.kind()).isEqualTo(ErrorKind.STORAGE_FAILED);
        assertThat(explained).hasMessageContaining(PLACE.toString());
        assertThat(explained.getMessage()).matches("\\P{Cntrl}*");
        return explained;
    }

    static Stream<Arguments> advice() {
        return Stream.of(
                Arguments.of(new FileNotFoundException("File /m does not exist."), "does not exist: check the path"),
                Arguments.of(new NotDirectoryException("/m"), "is not a directory: expected a directory"),
                Arguments.of(
                        new AccessControlException("Permission denied: user=ann, access=READ_EXECUTE"),
                        "may not be read (Permission denied: user=ann"),
                Arguments.of(new AccessControlException("Permission denied"), "the user is ann"),
                Arguments.of(
                        new AccessControlException("SIMPLE authentication is not enabled.  Available:[TOKEN]"),
                        "wants Kerberos"),
                Arguments.of(new InvalidToken("token expired"), "(token expired): set kaon.hdfs.conf-dir"),
                Arguments.of(new StandbyException("not active"), "name the nameservice"),
                Arguments.of(new RetriableException("safe mode"), "asked again later"),
                Arguments.of(new UnknownHostException("nn"), "a nameservice is told by kaon.hdfs.conf-dir"),
                Arguments.of(
                        new IllegalArgumentException("java.net.UnknownHostException", new UnknownHostException("nn")),
                        "the host is not known (nn)"),
                Arguments.of(new SSLHandshakeException("PKIX path building failed"), "javax.net.ssl.trustStore"),
                Arguments.of(new SocketTimeoutException("Read timed out"), "does not answer in time"),
                Arguments.of(new ConnectTimeoutException("5000 millis"), "does not answer in time"),
                Arguments.of(new ConnectException("Connection refused"), "cannot be asked (Connection refused)"),
                Arguments.of(new NoRouteToHostException("No route"), "often 8020"),
                Arguments.of(new BlockMissingException("/m/1/x", "Could not obtain block", 0), "the datanodes run"),
                Arguments.of(
                        new RemoteException("org.apache.hadoop.hdfs.server.namenode.SafeModeException", "Safe mode"),
                        "not ready (Safe mode)"),
                Arguments.of(new RemoteException("org.apache.hadoop.ipc.StandbyException", "no"), "is the standby"),
                Arguments.of(
                        new RemoteException("java.lang.NullPointerException", "of it"), "NullPointerException, of it"),
                Arguments.of(new IOException("RPC response has invalid length"), "the namenode's RPC port"));
    }

    @ParameterizedTest
    @MethodSource("advice")
    void saysWhatToDo(Throwable failure, String advice) {
        assertThat(explained(failure)).hasMessageContaining(advice);
        assertThat(explained(new IOException("wrapped", failure))).hasMessageContaining(advice);
    }

    @Test
    void namesThePortOfTheProtocol() {
        assertThat(failures.explain(Location.parse("webhdfs://nn:8020/m"), new ConnectException("Connection refused")))
                .hasMessageContaining("HTTP port, often 9870");
    }

    @Test
    void showsTheFirstLineOfWhatTheServerSays() {
        assertThat(explained(new AccessControlException("Permission denied\n\tat org.apache.Somewhere(Some.java:1)")))
                .hasMessageNotContaining("Somewhere");
    }

    @Test
    void showsNoToken() {
        assertThat(explained(new IOException("http://nn/webhdfs/v1/m?op=OPEN&delegation=SECRET&offset=0 failed")))
                .hasMessageNotContaining("SECRET")
                .hasMessageContaining("offset=0 failed");
    }

    @Test
    void passesOnWhatIsSaidAlready() {
        ServingException said = new ServingException(ErrorKind.CANCELLED, "not wanted any more");
        assertThat(failures.explain(PLACE, new IOException(said))).isSameAs(said);
    }

    @Test
    void passWhereTheNetworkOrAServerThatStartsIsToBlame() {
        for (Exception failure : List.of(
                new ConnectException("refused"),
                new SocketTimeoutException("silent"),
                new EOFException("the answer ended"),
                new IOException("the answer broke off"),
                new RemoteException("org.apache.hadoop.ipc.RetriableException", "starting"))) {
            assertThat(HdfsFailures.passes(failure)).as(failure.toString()).isTrue();
        }
        for (Exception failure : List.of(
                new FileNotFoundException("gone"),
                new AccessControlException("denied"),
                new UnknownHostException("nn"),
                new InterruptedIOException("interrupted"),
                new RemoteException("java.lang.NullPointerException", "the server's own"),
                new IllegalStateException("cannot be written", new IOException("full")))) {
            assertThat(HdfsFailures.passes(failure)).as(failure.toString()).isFalse();
        }
    }
}
