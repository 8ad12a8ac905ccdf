package io.kaon.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// The handwritten digits that the `mnist` model was never trained on, as `models/train_mnist.py` wrote them.
///
/// The resource holds the number of digits as a little-endian int32, then for each digit its label in one byte and its
/// 28 x 28 pixels in one unsigned byte each, row by row: 0 is the black ground, 255 the white of the stroke.
public final class HeldOutDigits {
    /// Rows of a picture, and columns.
    public static final int SIDE = 28;

    private static final String RESOURCE = "/io/kaon/mnist/held_out.bin";
    private static final int PIXELS = SIDE * SIDE;

    private HeldOutDigits() {}

    /// One picture.
    ///
    /// @param label the digit that was written, 0 to 9
    /// @param pixels 784 values from 0 to 255, row by row: one row of the model's input. Not copied
    @SuppressWarnings("ArrayRecordComponent") // Never compared: a test reads it once.
    public record Digit(int label, float[] pixels) {}

    /// All of them, in the order of the file.
    ///
    /// @throws IOException if the resource cannot be read or its length is not what its first number promises
    public static List<Digit> read() throws IOException {
        try (InputStream in = Objects.requireNonNull(HeldOutDigits.class.getResourceAsStream(RESOURCE), RESOURCE)) {
            return parse(ByteBuffer.wrap(in.readAllBytes()));
        }
    }

    static List<Digit> parse(ByteBuffer file) throws IOException {
        int bytes = file.remaining();
        int count = file.order(ByteOrder.LITTLE_ENDIAN).getInt();
        long expected = Integer.BYTES + count * (1L + PIXELS);
        if (bytes != expected) {
            throw new IOException(
                    RESOURCE + ": expected " + expected + " bytes for " + count + " digits, got " + bytes);
        }
        List<Digit> digits = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int label = Byte.toUnsignedInt(file.get());
            float[] pixels = new float[PIXELS];
            for (int p = 0; p < PIXELS; p++) {
                pixels[p] = Byte.toUnsignedInt(file.get());
            }
            digits.add(new Digit(label, pixels));
        }
        return List.copyOf(digits);
    }
}
