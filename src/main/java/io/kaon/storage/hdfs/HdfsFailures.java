package io.kaon.storage.hdfs;

import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import io.kaon.storage.Location;
import io.kaon.storage.remote.FailureText;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.NotDirectoryException;
import java.util.Set;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.apache.hadoop.hdfs.BlockMissingException;
import org.apache.hadoop.ipc.RemoteException;
import org.apache.hadoop.ipc.RetriableException;
import org.apache.hadoop.ipc.StandbyException;
import org.apache.hadoop.net.ConnectTimeoutException;
import org.apache.hadoop.security.AccessControlException;
import org.apache.hadoop.security.token.SecretManager.InvalidToken;
import org.jspecify.annotations.Nullable;

/// Says in one line why a request failed: the place, the server's own reason, and what to do. Of what the server says,
/// the first line is shown, for traces of its own follow, and no token.
final class HdfsFailures {
    /// What a server answers that is about to become ready.
    private static final Set<String> PASSING = Set.of(
            "org.apache.hadoop.ipc.RetriableException",
            "org.apache.hadoop.ipc.StandbyException",
            "org.apache.hadoop.hdfs.server.namenode.SafeModeException");

    /// What an address of WebHDFS carries.
    private static final Pattern SECRETS =
            Pattern.compile("(?<=\\b(?:delegation|token|signature|hadoop\\.auth)=)[^&\\s,\"<>]+");

    private final HdfsSettings settings;

    HdfsFailures(HdfsSettings settings) {
        this.settings = settings;
    }

    /// @param place what was asked for
    ServingException explain(Location place, Throwable failure) {
        ServingException known = FailureText.known(failure);
        if (known != null) {
            return known;
        }
        String told = null;
        for (Throwable cause = failure; cause != null && told == null; cause = cause.getCause()) {
            told = known(place, cause);
        }
        String message = told != null
                ? told
                : " cannot be read: " + line(failure) + ": check that the port is the namenode's " + port(place)
                        + ", and that it runs";
        return new ServingException(ErrorKind.STORAGE_FAILED, place + message, failure);
    }

    /// Null if this says nothing by itself.
    private @Nullable String known(Location place, Throwable failure) {
        return switch (failure) {
            case FileNotFoundException _ -> " does not exist: check the path";
            case NotDirectoryException _ ->
                " is not a directory: expected a directory with models, versions or a model's files";
            case AccessControlException refused -> refused(refused);
            case InvalidToken expired -> ": the server refuses the token (" + line(expired) + ")" + kerberos();
            case StandbyException _ -> standby();
            case RetriableException passing -> passing(passing);
            case UnknownHostException unknown ->
                ": the host is not known (" + line(unknown) + "): check the name; a nameservice is told by "
                        + HdfsSettings.CONFIGURATION + " or HADOOP_CONF_DIR";
            case SSLException tls ->
                ": there is no TLS with the server (" + line(tls)
                        + "): check that it has TLS, and let the JVM trust its"
                        + " certificate, by -Djavax.net.ssl.trustStore=FILE in KAON_JAVA_OPTS";
            case ConnectTimeoutException _, SocketTimeoutException _ ->
                ": the server does not answer in time: check that it runs and can be reached";
            case ConnectException _, NoRouteToHostException _ ->
                ": the server cannot be asked (" + line(failure) + "): check the address, that the namenode and the"
                        + " datanodes run, and that this machine reaches them; the port is the namenode's "
                        + port(place);
            case BlockMissingException missing ->
                " cannot be read: no datanode gives a block of it (" + line(missing)
                        + "): check that the datanodes run and that this machine reaches them";
            case RemoteException answer -> answered(answer);
            default -> null;
        };
    }

    private String answered(RemoteException answer) {
        String type = String.valueOf(answer.getClassName());
        if (type.endsWith(".StandbyException")) {
            return standby();
        }
        if (type.endsWith(".SafeModeException") || type.endsWith(".RetriableException")) {
            return passing(answer);
        }
        return ": the server answers " + type.substring(type.lastIndexOf('.') + 1) + ", " + line(answer);
    }

    private String refused(AccessControlException refused) {
        String reason = line(refused);
        if (reason.contains("SIMPLE authentication is not enabled") || reason.contains("Authentication required")) {
            return ": the server wants Kerberos (" + reason + ")" + kerberos();
        }
        return " may not be read (" + reason
                + "): let the user read it, and search the directories above it; the user is " + settings.user()
                + ", which kaon.hdfs.user changes";
    }

    private static String standby() {
        return ": the namenode is the standby: name the active one, or name the nameservice and set "
                + HdfsSettings.CONFIGURATION;
    }

    private static String passing(Throwable failure) {
        return ": the namenode is not ready (" + line(failure) + "); it is asked again later";
    }

    private static String kerberos() {
        return ": set " + HdfsSettings.CONFIGURATION
                + " to a folder whose core-site.xml says kerberos, and keep a ticket";
    }

    private static String port(Location place) {
        return switch (place.scheme()) {
            case "hdfs" -> "RPC port, often 8020";
            case "swebhdfs" -> "HTTPS port, often 9871";
            case String _ -> "HTTP port, often 9870";
        };
    }

    /// What a failure says, in one line.
    static String line(Throwable failure) {
        String text = failure.getMessage() == null ? failure.toString() : failure.getMessage();
        String shown =
                FailureText.withoutSecrets(text.strip().lines().findFirst().orElse(""), SECRETS);
        return FailureText.shortened(shown);
    }

    /// Whether a request that failed so is worth making again.
    static boolean passes(Exception failure) {
        return switch (failure) {
            case FileNotFoundException _, NotDirectoryException _, UnknownHostException _ -> false;
            case AccessControlException _, InvalidToken _, ClosedByInterruptException _ -> false;
            case SocketTimeoutException _ -> true;
            case InterruptedIOException _ -> false;
            case RemoteException answer -> PASSING.contains(answer.getClassName());
            case IOException _ -> true;
            default -> false;
        };
    }
}
