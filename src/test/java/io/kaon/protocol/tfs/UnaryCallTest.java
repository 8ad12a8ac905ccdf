package io.kaon.protocol.tfs;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

final class UnaryCallTest {
    private final RecordingClient client = new RecordingClient();
    private final List<String> given = new ArrayList<>();
    private final CompletableFuture<Integer> result = new CompletableFuture<>();

    @Test
    void answersOnceAndGivesBackOnceWhenTheResultIsThere() {
        start();
        assertThat(client.seen).isEmpty();
        result.complete(5);
        assertThat(client.seen).containsExactly("5", "completed");
        assertThat(given).containsExactly("back");
    }

    @Test
    void tellsTheFailureOfTheResult() {
        start();
        result.completeExceptionally(new ServingException(ErrorKind.OVERLOADED, "full"));
        assertThat(client.seen).containsExactly("UNAVAILABLE: full");
        assertThat(given).containsExactly("back");
    }

    @Test
    void tellsThatTheResultCouldNotBeWritten() {
        UnaryCall.<String>answerLater(client, call -> {
            call.atEnd(() -> given.add("back"));
            call.answer(result, _ -> {
                throw new ServingException(ErrorKind.UNSUPPORTED, "no");
            });
        });
        result.complete(5);
        assertThat(client.seen).containsExactly("UNIMPLEMENTED: no");
        assertThat(given).containsExactly("back");
    }

    @Test
    void answersForAHandlerThatThrows() {
        UnaryCall.<String>answerLater(client, call -> {
            call.atEnd(() -> given.add("back"));
            throw new ServingException(ErrorKind.INVALID_REQUEST, "what?");
        });
        assertThat(client.seen).containsExactly("INVALID_ARGUMENT: what?");
        assertThat(given).containsExactly("back");
    }

    @Test
    void cancelsTheResultAndSaysNothingWhenTheClientLeaves() {
        start();
        client.leave();
        assertThat(result).isCancelled();
        assertThat(client.seen).isEmpty();
        assertThat(given).containsExactly("back");
    }

    @Test
    void saysNothingAfterTheAnswer() {
        start();
        result.complete(5);
        client.leave();
        assertThat(client.seen).containsExactly("5", "completed");
        assertThat(given).containsExactly("back");
    }

    @Test
    void givesBackEvenIfTheAnswerCannotBeSent() {
        client.broken = true;
        start();
        result.complete(5);
        assertThat(given).containsExactly("back");
    }

    private void start() {
        UnaryCall.<String>answerLater(client, call -> {
            call.atEnd(() -> given.add("back"));
            call.answer(result, Object::toString);
        });
    }

    private static final class RecordingClient extends ServerCallStreamObserver<String> {
        private final List<String> seen = new ArrayList<>();
        private Runnable onCancel = () -> {};
        private boolean cancelled;
        private boolean broken;

        void leave() {
            cancelled = true;
            onCancel.run();
        }

        @Override
        public void onNext(String value) {
            if (broken) {
                throw new IllegalStateException("the connection is broken");
            }
            seen.add(value);
        }

        @Override
        public void onError(Throwable failure) {
            Status status = Status.fromThrowable(failure);
            seen.add(status.getCode() + ": " + status.getDescription());
        }

        @Override
        public void onCompleted() {
            seen.add("completed");
        }

        @Override
        public boolean isCancelled() {
            return cancelled;
        }

        @Override
        public void setOnCancelHandler(Runnable handler) {
            onCancel = handler;
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void setOnReadyHandler(Runnable handler) {}

        @Override
        public void request(int count) {}

        @Override
        public void setMessageCompression(boolean enable) {}

        @Override
        public void setCompression(String compression) {}

        @Override
        public void disableAutoInboundFlowControl() {}
    }
}
