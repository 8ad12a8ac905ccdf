package io.kaon.serving;

import io.kaon.model.ErrorKind;
import io.kaon.model.ModelId;
import org.jspecify.annotations.Nullable;

/// What there is to say about one inference when it has ended.
///
/// @param signature name of the signature that was called; [#UNREAD] if the request was refused before it was read
/// @param failure what kind of failure it was; null when the model answered
/// @param queueNanos from the call to the beginning of the run; 0 if the model did not run
/// @param runNanos how long the run took; 0 if the model did not run, or if its caller did not wait for the end
/// @param cause what was thrown; null when nothing was, or when the kind says all there is to say
public record Inference(
        ModelId model,
        String signature,
        @Nullable ErrorKind failure,
        long queueNanos,
        long runNanos,
        @Nullable Throwable cause) {
    /// No signature has this name.
    static final String UNREAD = "";

    /// One of which the kind says all there is to say.
    public Inference(ModelId model, String signature, @Nullable ErrorKind failure, long queueNanos, long runNanos) {
        this(model, signature, failure, queueNanos, runNanos, null);
    }
}
