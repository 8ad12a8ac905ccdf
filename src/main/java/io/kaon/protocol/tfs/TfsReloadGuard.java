package io.kaon.protocol.tfs;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.kaon.lifecycle.declaration.DesiredModel;
import io.kaon.lifecycle.declaration.DesiredModels;
import io.kaon.storage.Location;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Who may replace the list of models, and which places they may name. TensorFlow Serving has no such thing:
/// there, any client that reaches the port can make the server read any path.
///
/// Behind a proxy on the same machine every peer looks local; then a token is what tells them apart.
///
/// Safe for use by all threads.
public final class TfsReloadGuard {
    /// Where a call says that it is no replacement of everything; TensorFlow Serving knows no such header.
    public static final String RELOAD_HEADER = "kaon-reload";

    /// What it says to change labels only.
    public static final String LABELS = "labels";

    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
    private static final Metadata.Key<String> KIND = Metadata.Key.of(RELOAD_HEADER, Metadata.ASCII_STRING_MARSHALLER);
    private static final Context.Key<Caller> CALLER = Context.key("reload-caller");
    private static final Context.Key<String> KIND_OF_CALL = Context.key("reload-kind");
    private static final String BEARER = "bearer ";

    private final Access access;
    private final byte @Nullable [] token;
    private final List<Location> allowed;

    /// Which peers are listened to.
    public enum Access {
        /// All that can reach the port.
        ON,
        /// None.
        OFF,
        /// Those on the loopback interface.
        LOCAL
    }

    /// Who is calling.
    ///
    /// @param peer null if the transport does not say
    /// @param authorization as it was sent; null if it was not
    record Caller(@Nullable SocketAddress peer, @Nullable String authorization) {}

    /// @param token what callers must show; empty if they need not
    /// @param allowed base paths must be one of these or lie below one; empty for any place
    /// @throws IllegalArgumentException when all peers could name all places without showing anything
    public TfsReloadGuard(Access access, Optional<String> token, List<Location> allowed) {
        if (access == Access.ON && token.isEmpty() && allowed.isEmpty()) {
            throw new IllegalArgumentException(
                    "kaon.admin.reload=on lets everyone who reaches the gRPC port choose what"
                            + " the server reads: set kaon.admin.token or kaon.admin.allowed-locations too");
        }
        this.access = access;
        this.token = token.map(text -> text.getBytes(UTF_8)).orElse(null);
        this.allowed = List.copyOf(allowed);
    }

    /// Has the form of [io.grpc.ServerInterceptor]: lets the service see who is calling.
    static <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        Caller caller =
                new Caller(call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR), headers.get(AUTHORIZATION));
        Context context = Context.current().withValues(CALLER, caller, KIND_OF_CALL, headers.get(KIND));
        return Contexts.interceptCall(context, call, headers, next);
    }

    /// What the call that is being handled on this thread says of itself.
    ///
    /// @return whether it is to change labels only
    /// @throws StatusRuntimeException INVALID_ARGUMENT for a word that is not known
    static boolean isAboutLabels() {
        String kind = KIND_OF_CALL.get();
        if (kind != null && !kind.equals(LABELS)) {
            throw Status.INVALID_ARGUMENT
                    .withDescription(RELOAD_HEADER + ": expected `" + LABELS + "` or no such header")
                    .asRuntimeException();
        }
        return kind != null;
    }

    /// Who made the call that is being handled on this thread.
    static Caller caller() {
        Caller caller = CALLER.get();
        return caller == null ? new Caller(null, null) : caller;
    }

    /// @throws StatusRuntimeException PERMISSION_DENIED naming the option, or UNAUTHENTICATED
    void admit(Caller caller) {
        switch (access) {
            case OFF ->
                throw denied("reloading is turned off: kaon.admin.reload=local takes it from this machine, on from "
                        + "everywhere");
            case LOCAL -> {
                if (!isLocal(caller.peer())) {
                    throw denied("reloading is taken from this machine only, not from " + caller.peer()
                            + ": kaon.admin.reload=on takes it from everywhere");
                }
            }
            case ON -> {}
        }
        if (token != null && !shows(caller.authorization(), token)) {
            throw Status.UNAUTHENTICATED
                    .withDescription("reloading needs the token of kaon.admin.token, as `authorization: Bearer TOKEN`; "
                            + (caller.authorization() == null ? "none was sent" : "another one was sent"))
                    .asRuntimeException();
        }
    }

    /// @throws StatusRuntimeException PERMISSION_DENIED for a model in a place that may not be named
    void admit(DesiredModels.Declaration next) {
        if (allowed.isEmpty()) {
            return;
        }
        for (DesiredModel model : next.models()) {
            if (allowed.stream().noneMatch(place -> holds(place, model.base()))) {
                throw denied("model " + model.name() + ": base_path " + model.base() + " lies outside of " + allowed
                        + ", which kaon.admin.allowed-locations allows");
            }
        }
    }

    /// Whole segments count: `/models` does not hold `/models-old`.
    private static boolean holds(Location place, Location base) {
        String prefix = place.path().endsWith("/") ? place.path() : place.path() + "/";
        return place.scheme().equals(base.scheme())
                && (base.path().equals(place.path()) || base.path().startsWith(prefix));
    }

    private static boolean isLocal(@Nullable SocketAddress peer) {
        return peer instanceof InetSocketAddress address
                && address.getAddress() != null
                && address.getAddress().isLoopbackAddress();
    }

    /// Takes the same time wherever the first difference is.
    private static boolean shows(@Nullable String authorization, byte[] token) {
        return authorization != null
                && authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())
                && MessageDigest.isEqual(
                        authorization.substring(BEARER.length()).strip().getBytes(UTF_8), token);
    }

    private static StatusRuntimeException denied(String message) {
        return Status.PERMISSION_DENIED.withDescription(message).asRuntimeException();
    }
}
