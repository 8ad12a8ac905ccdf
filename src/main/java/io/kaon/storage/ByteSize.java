package io.kaon.storage;

/// Numbers of bytes as people read them.
public final class ByteSize {
    private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB"};
    private static final int STEP = 1024;

    private ByteSize() {}

    /// For example `25.1 KiB`.
    public static String text(long bytes) {
        double size = bytes;
        int unit = 0;
        while (size >= STEP && unit < UNITS.length - 1) {
            size /= STEP;
            unit++;
        }
        return unit == 0 ? bytes + " B" : Math.round(size * 10) / 10.0 + " " + UNITS[unit];
    }
}
