package io.kaon.model;

import io.kaon.tensor.NamedTensors;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What some engines know of a signature beyond its tensors.
///
/// @param defaults values for inputs that a request may therefore leave out
/// @param shapesAsSent whether the engine judges shapes itself, so that a tensor of any shape is passed as it was
///     sent; otherwise its shape is compared with the declared one, and made to fit where little is missing
/// @param changesState whether calling it changes what later calls answer, so that only clients call it
/// @param durationVaries whether runs on inputs of the same shapes may take very different times, or never end, because
///     loops or branches decide by values what is computed; sizes then say little about the run to come
/// @param fixedInputs inputs of the model whose values it brings itself, and which no request can set here; they
///     are none of the signature's inputs
/// @param refusal why it cannot be called here, for clients; null when it can
/// @param declaration the signature as the model's own file has it, a serialized `tensorflow.SignatureDef`, for
///     protocols that show it; null where the file has none
public record SignatureTraits(
        NamedTensors defaults,
        boolean shapesAsSent,
        boolean changesState,
        boolean durationVaries,
        Set<String> fixedInputs,
        @Nullable String refusal,
        @Nullable ByteBuffer declaration) {
    /// Nothing special.
    public static final SignatureTraits NONE = none(false, Set.of());

    /// Nothing special, but for what is said here.
    public static SignatureTraits none(boolean durationVaries, Set<String> fixedInputs) {
        return new SignatureTraits(NamedTensors.of(Map.of()), false, false, durationVaries, fixedInputs, null, null);
    }

    public SignatureTraits {
        fixedInputs = Set.copyOf(fixedInputs);
        declaration = declaration == null ? null : declaration.asReadOnlyBuffer();
    }

    /// Whether a run that no client asked for does no harm, and is not refused beforehand.
    public boolean mayBeTried() {
        return !changesState && refusal == null;
    }
}
