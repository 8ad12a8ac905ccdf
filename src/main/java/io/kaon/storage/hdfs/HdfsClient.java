package io.kaon.storage.hdfs;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NotDirectoryException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.hadoop.hdfs.protocol.HdfsFileStatus;

/// One cluster, as one user sees it by one protocol. Each call is what the protocol asks at once, and fails at
/// the first failure. Safe for use by several threads.
final class HdfsClient implements AutoCloseable {
    private final FileSystem files;
    private final boolean overHttp;

    /// @param files closed with this
    /// @param overHttp whether it is asked by WebHDFS
    HdfsClient(FileSystem files, boolean overHttp) {
        this.files = files;
        this.overHttp = overHttp;
    }

    /// What stands directly in a directory: one request for each thousand.
    ///
    /// @param most how many are wanted: one more says that there are more
    List<HdfsEntry> entries(HdfsPlace directory, int most) throws IOException {
        Path path = path(directory);
        List<HdfsEntry> entries = new ArrayList<>();
        RemoteIterator<FileStatus> found = files.listStatusIterator(path);
        while (entries.size() <= most && found.hasNext()) {
            FileStatus next = found.next();
            if (next.isFile() && next.getPath().equals(path)) {
                // The listing of a file is that file.
                throw new NotDirectoryException(directory.path());
            }
            entries.add(entry(next));
        }
        return entries;
    }

    /// What is there now under this name.
    HdfsEntry entry(HdfsPlace place) throws IOException {
        return entry(files.getFileStatus(path(place)));
    }

    /// A part of a file. The caller closes it.
    InputStream open(HdfsPlace file, long from, long length) throws IOException {
        FSDataInputStream content = files.open(path(file));
        try {
            if (overHttp) {
                content.seek(from);
                return new HdfsPart.OverHttp(content, length);
            }
            return new HdfsPart.ByBlocks(content, from, length);
        } catch (IOException | RuntimeException | Error failure) {
            content.close();
            throw failure;
        }
    }

    private static Path path(HdfsPlace place) {
        return new Path(place.scheme(), place.authority(), place.path());
    }

    private static HdfsEntry entry(FileStatus status) {
        long number = status instanceof HdfsFileStatus numbered ? numbered.getFileId() : 0;
        return new HdfsEntry(
                status.getPath().getName(),
                status.isDirectory(),
                status.getLen(),
                number + "-" + status.getModificationTime(),
                Instant.ofEpochMilli(status.getModificationTime()));
    }

    @Override
    public void close() throws IOException {
        files.close();
    }
}
