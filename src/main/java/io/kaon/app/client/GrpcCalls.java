package io.kaon.app.client;

import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.kaon.client.ClientFailure;
import io.kaon.client.Printable;
import io.kaon.client.ServerAddress;
import io.kaon.protocol.tfs.TfsErrors;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// Makes calls over gRPC whose failures are told as those over REST are.
record GrpcCalls(ServerAddress address, Duration timeout) {
    private static final int MOST_SHOWN = 120;

    /// @throws ClientFailure when the call fails
    <T> T call(Supplier<T> call) {
        try {
            return call.get();
        } catch (StatusRuntimeException failure) {
            throw failed(failure);
        }
    }

    private ClientFailure failed(StatusRuntimeException failure) {
        Status status = failure.getStatus();
        String description = status.getDescription() == null ? "" : status.getDescription();
        String code = status.getCode().name();
        String target = address.target();
        if (status.getCode() == Status.Code.DEADLINE_EXCEEDED && description.contains("deadline exceeded after")) {
            return new ClientFailure(
                    "timeout",
                    target + " has not answered within " + timeout.toMillis() + " ms",
                    "--timeout sets how long an answer may take");
        }
        for (Throwable cause = status.getCause(); cause != null; cause = cause.getCause()) {
            switch (cause) {
                case UnknownHostException _ -> {
                    return unreachable("the host " + address.host() + " is unknown");
                }
                case UnresolvedAddressException _ -> {
                    return unreachable("the host " + address.host() + " is unknown");
                }
                case ConnectException _ -> {
                    return unreachable("no server listens there");
                }
                case SSLException tls -> {
                    return new ClientFailure(
                            "TLS",
                            target + ": no encrypted connection: " + shortened(String.valueOf(tls.getMessage())),
                            "--ca FILE names the authority of the server's certificate; grpc:// asks without encryption");
                }
                default -> {}
            }
        }
        if (description.startsWith("HTTP status code") || description.contains("invalid content-type")) {
            return notGrpc(code, "it answers as a server of HTTP does: " + shortened(description));
        }
        boolean isTransport = status.getCode() == Status.Code.UNAVAILABLE
                && (status.getCause() != null || description.startsWith("Network closed"));
        return isTransport
                ? notGrpc(code, shortened(description))
                : new ClientFailure(code, description.isEmpty() ? code : code + ": " + description, hint(failure));
    }

    private ClientFailure notGrpc(String code, String reason) {
        return new ClientFailure(
                code,
                address.target() + ": no answer of a gRPC server came: " + reason,
                "is it the gRPC port, and not that of REST? grpcs:// asks with TLS");
    }

    /// What a library says of bytes that it does not understand may show many of them.
    private static String shortened(String reason) {
        return Printable.shortened(Printable.line(reason), MOST_SHOWN);
    }

    private ClientFailure unreachable(String reason) {
        return new ClientFailure("unreachable", address.target() + ": " + reason, Servers.START);
    }

    private static @Nullable String hint(StatusRuntimeException failure) {
        if (failure.getStatus().getCode() == Status.Code.UNAUTHENTICATED) {
            return "--token-file FILE shows a token";
        }
        Metadata trailers = failure.getTrailers();
        return trailers == null ? null : trailers.get(TfsErrors.HINT);
    }
}
