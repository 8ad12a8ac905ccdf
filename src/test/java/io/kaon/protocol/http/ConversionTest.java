package io.kaon.protocol.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Field;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

final class ConversionTest {
    private final CompletableFuture<String> result = new CompletableFuture<>();

    @Test
    void givesWhatWasMade() {
        Conversion<String> conversion = new Conversion<>(() -> "made");
        conversion.call();
        assertThat(result).isNotDone();
        conversion.give(result);
        assertThat(result).isCompletedWithValue("made");
    }

    @Test
    void givesAnErrorLikeAnyFailure() {
        Conversion<String> conversion = new Conversion<>(() -> {
            throw new AssertionError("thrown");
        });
        conversion.call();
        conversion.give(result);
        assertThatThrownBy(result::join).hasRootCauseMessage("thrown");
    }

    /// An idle thread of a pool may refer to its last task for as long as it waits.
    @Test
    void holdsNothingWhenItIsDone() throws IllegalAccessException {
        Conversion<String> conversion = new Conversion<>(() -> "large");
        conversion.call();
        conversion.give(result);
        for (Field field : Conversion.class.getDeclaredFields()) {
            field.setAccessible(true);
            assertThat(field.get(conversion)).as(field.getName()).isNull();
        }
    }
}
