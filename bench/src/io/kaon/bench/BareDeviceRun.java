package io.kaon.bench;

import ai.onnxruntime.OrtException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.OptionalInt;

/// A program of its own: runs the image model on a GPU in a loop on one thread, as many rows at a time as it is
/// told, and prints what [BareRun] prints. Inputs come from the machine's memory and outputs go there, as for a
/// server.
public final class BareDeviceRun {
    private static final long[] IMAGE = {3, 224, 224};

    private BareDeviceRun() {}

    /// @param arguments the model's directory, the device's number, rows per run, seconds
    public static void main(String[] arguments) throws OrtException {
        int rows = Integer.parseInt(arguments[2]);
        long[] shape = {rows, IMAGE[0], IMAGE[1], IMAGE[2]};
        FloatBuffer images = ByteBuffer.allocateDirect(Math.toIntExact(4L * rows * IMAGE[0] * IMAGE[1] * IMAGE[2]))
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
        long nanos = 1_000_000_000L * Integer.parseInt(arguments[3]);
        try (BareModel model = new BareModel(Path.of(arguments[0]), OptionalInt.of(Integer.parseInt(arguments[1])))) {
            long warm = BareRun.loop(model, images, shape, nanos);
            long began = System.nanoTime();
            long runs = BareRun.loop(model, images, shape, nanos);
            System.out.println("BARE " + runs + " " + (System.nanoTime() - began) + " 0");
            if (warm == 0) {
                throw new IllegalStateException("no run ended in " + arguments[3] + " s");
            }
        }
    }
}
