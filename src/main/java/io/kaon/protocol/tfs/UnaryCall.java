package io.kaon.protocol.tfs;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// One gRPC call with one answer.
///
/// It is answered once, whatever happens: with a result, with the first failure, or not at all when the client has
/// left. What the call holds is registered with [#atEnd] and given back then, once. Made and filled on the thread of
/// the call; the end may come on another one.
///
/// @param <A> the answer's message
final class UnaryCall<A> {
    private static final Logger LOG = Logger.getLogger(UnaryCall.class);

    private final ServerCallStreamObserver<A> client;
    private final TfsMetrics.@Nullable Call measured;
    private final List<Runnable> atEnd = new ArrayList<>();
    private final AtomicBoolean ended = new AtomicBoolean();

    private UnaryCall(StreamObserver<A> client, TfsMetrics.@Nullable Call measured) {
        this.measured = measured;
        // What gRPC passes to a service is always of this class.
        this.client = (ServerCallStreamObserver<A>) client;
        // Without a handler gRPC throws when something is sent to a client that has just left.
        this.client.setOnCancelHandler(() -> {});
    }

    /// Answers with what the handler returns or throws. Not measured.
    static <A> void answer(StreamObserver<A> client, Supplier<A> handler) {
        start(client, null, call -> call.send(handler.get()));
    }

    /// Lets the handler answer through the call, then or later; answers for it if it throws. Not measured.
    static <A> void answerLater(StreamObserver<A> client, Handler<A> handler) {
        start(client, null, handler);
    }

    /// The same, measured.
    static <A> void answerLater(StreamObserver<A> client, TfsMetrics.Call measured, Handler<A> handler) {
        start(client, measured, handler);
    }

    private static <A> void start(StreamObserver<A> client, TfsMetrics.@Nullable Call measured, Handler<A> handler) {
        UnaryCall<A> call = new UnaryCall<>(client, measured);
        try {
            handler.handle(call);
        } catch (RuntimeException | Error failure) {
            call.fail(failure);
        }
    }

    /// Says that a method is not served.
    ///
    /// @param served what is
    static void refuse(StreamObserver<?> client, String method, String served) {
        client.onError(Status.UNIMPLEMENTED
                .withDescription(method + " is not served here; " + served)
                .asRuntimeException());
    }

    /// What starts a call.
    interface Handler<A> {
        void handle(UnaryCall<A> call);
    }

    /// Registers what gives something back when the call ends.
    void atEnd(Runnable giveBack) {
        atEnd.add(giveBack);
    }

    /// Answers with the result once it is there. If the client leaves before, the result is cancelled.
    ///
    /// Called once, last, while the handler runs.
    <T> void answer(CompletableFuture<T> result, Function<T, A> encode) {
        client.setOnCancelHandler(() -> result.cancel(false));
        CompletableFuture<?> _ = result.whenComplete((value, failure) -> {
            if (failure != null) {
                fail(failure);
                return;
            }
            if (measured != null) {
                measured.ran();
            }
            A message;
            try {
                message = encode.apply(value);
            } catch (RuntimeException | Error unwritable) {
                fail(unwritable);
                return;
            }
            send(message);
        });
    }

    private void send(A message) {
        end(() -> {
            client.onNext(message);
            client.onCompleted();
            if (measured != null) {
                measured.succeeded();
            }
        });
    }

    private void fail(Throwable failure) {
        end(() -> {
            StatusRuntimeException status = TfsErrors.grpc(failure);
            client.onError(status);
            if (measured != null) {
                measured.failed(status.getStatus().getCode());
            }
        });
    }

    private void end(Runnable answer) {
        if (!ended.compareAndSet(false, true)) {
            return;
        }
        try {
            if (!client.isCancelled()) {
                answer.run();
            }
        } catch (RuntimeException | Error unsent) {
            // gRPC has ended the call by itself; there is no client left to tell.
            LOG.error("an answer could not be sent", unsent);
        } finally {
            atEnd.forEach(Runnable::run);
        }
    }
}
