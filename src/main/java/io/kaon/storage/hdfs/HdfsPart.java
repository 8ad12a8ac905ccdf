package io.kaon.storage.hdfs;

import java.io.IOException;
import java.io.InputStream;
import org.apache.hadoop.fs.FSDataInputStream;

/// A part of a file, and no byte behind it. Used by one thread.
abstract sealed class HdfsPart extends InputStream {
    private final FSDataInputStream file;
    private long left;

    private HdfsPart(FSDataInputStream file, long length) {
        this.file = file;
        this.left = length;
    }

    /// @param most at least one, and no more than the part still has
    /// @return how many bytes were read; negative at the end of the file
    abstract int next(FSDataInputStream file, byte[] into, int offset, int most) throws IOException;

    @Override
    public final int read(byte[] into, int offset, int length) throws IOException {
        if (left == 0) {
            return -1;
        }
        int read = next(file, into, offset, (int) Math.min(length, left));
        left -= Math.max(0, read);
        return read;
    }

    @Override
    public final int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public final void close() throws IOException {
        file.close();
    }

    /// Hadoop's client asks WebHDFS for what stands from a place on, to the end of the file: what comes behind the part
    /// is not read, and the connection is closed. Over loopback, that is up to a fifth more than the part.
    static final class OverHttp extends HdfsPart {
        /// @param file at the beginning of the part
        OverHttp(FSDataInputStream file, long length) {
            super(file, length);
        }

        @Override
        int next(FSDataInputStream file, byte[] into, int offset, int most) throws IOException {
            return file.read(into, offset, most);
        }
    }

    /// A datanode is asked for ranges that end where they should, so that its connection can be used again.
    static final class ByBlocks extends HdfsPart {
        private static final int WINDOW = 1 << 20;

        private final byte[] window;
        private long position;
        private long ahead;
        private int start;
        private int end;

        ByBlocks(FSDataInputStream file, long from, long length) {
            super(file, length);
            this.position = from;
            this.ahead = length;
            this.window = new byte[(int) Math.min(WINDOW, length)];
        }

        @Override
        int next(FSDataInputStream file, byte[] into, int offset, int most) throws IOException {
            if (start == end) {
                int read = file.read(position, window, 0, (int) Math.min(window.length, ahead));
                if (read < 0) {
                    return read;
                }
                position += read;
                ahead -= read;
                start = 0;
                end = read;
            }
            int count = Math.min(most, end - start);
            System.arraycopy(window, start, into, offset, count);
            start += count;
            return count;
        }
    }
}
