package io.kaon.app.client;

import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.kaon.client.ClientFailure;
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
                            target + ": no encrypted connection: " + tls.getMessage(),
                            "--ca FILE names the authority of the server's certificate; grpc:// asks without encryption");
                }
                default -> {}
            }
        }
        boolean isTransport = status.getCode() == Status.Code.UNAVAILABLE && status.getCause() != null;
        return isTransport
                ? new ClientFailure(
                        code,
                        target + ": no answer of a gRPC server came: " + description,
                        "is it the gRPC port, and not that of REST? grpcs:// asks with TLS")
                : new ClientFailure(code, description.isEmpty() ? code : code + ": " + description, hint(failure));
    }

    private ClientFailure unreachable(String reason) {
        return new ClientFailure("unreachable", address.target() + ": " + reason, Servers.START);
    }

    private static @Nullable String hint(StatusRuntimeException failure) {
        Metadata trailers = failure.getTrailers();
        return trailers == null ? null : trailers.get(TfsErrors.HINT);
    }
}
