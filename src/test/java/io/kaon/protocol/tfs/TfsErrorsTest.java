package io.kaon.protocol.tfs;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.kaon.model.ErrorKind;
import io.kaon.model.ServingException;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TfsErrorsTest {
    @ParameterizedTest
    @CsvSource({
        "INVALID_REQUEST, 400, INVALID_ARGUMENT",
        "TOO_LARGE, 413, RESOURCE_EXHAUSTED",
        "STALLED, 408, DEADLINE_EXCEEDED",
        "MODEL_NOT_FOUND, 404, NOT_FOUND",
        "VERSION_NOT_FOUND, 404, NOT_FOUND",
        "LABEL_NOT_FOUND, 400, INVALID_ARGUMENT",
        "SIGNATURE_NOT_FOUND, 400, FAILED_PRECONDITION",
        "NOT_READY, 503, UNAVAILABLE",
        "UNSUPPORTED, 501, UNIMPLEMENTED",
        "OVERLOADED, 503, UNAVAILABLE",
        "QUEUE_TIMEOUT, 429, RESOURCE_EXHAUSTED",
        "DEADLINE_EXCEEDED, 504, DEADLINE_EXCEEDED",
        "CANCELLED, 499, CANCELLED",
        "ENGINE_FAILED, 500, INTERNAL",
        "STORAGE_FAILED, 500, INTERNAL",
        "INTERNAL, 500, INTERNAL"
    })
    void answersEachKindOnBothWires(ErrorKind kind, int httpStatus, Status.Code grpcCode) {
        assertThat(TfsErrors.httpStatus(kind)).isEqualTo(httpStatus);
        assertThat(TfsErrors.grpcCode(kind)).isEqualTo(grpcCode);
    }

    @Test
    void keepsTheMessageOfAKnownFailureInsideOthers() {
        ServingException known = new ServingException(ErrorKind.OVERLOADED, "full");
        assertThat(TfsErrors.answerable(new CompletionException(new CompletionException(known))))
                .isSameAs(known);
    }

    @Test
    void tellsNothingOfABug() {
        ServingException told = TfsErrors.answerable(new IllegalStateException("secret of the inside"));
        assertThat(told.kind()).isEqualTo(ErrorKind.INTERNAL);
        assertThat(told).hasMessageNotContaining("secret").hasNoCause();
    }

    @Test
    void cutsMessagesOverTheLimitAndNoOthers() {
        assertThat(described("x".repeat(1024))).isEqualTo("x".repeat(1024));
        assertThat(described("x".repeat(1025))).isEqualTo("x".repeat(1024) + "...TRUNCATED");
    }

    @Test
    void countsBytesAndCutsBetweenCharacters() {
        assertThat(described("x" + "\uD83D\uDE00".repeat(256)))
                .isEqualTo("x" + "\uD83D\uDE00".repeat(255) + "...TRUNCATED");
    }

    private static String described(String message) {
        String description = TfsErrors.grpc(new ServingException(ErrorKind.INVALID_REQUEST, message))
                .getStatus()
                .getDescription();
        assertThat(description).isNotNull();
        return description == null ? "" : description;
    }
}
