package io.kaon.storage.hdfs;

import io.kaon.storage.ModelStores;
import java.util.List;
import java.util.Map;

/// The stores for the schemes of HDFS, or word that the build leaves them out. This class names nothing of
/// Hadoop's, so it is loaded where Hadoop's client is not.
public final class HdfsStores {
    public static final List<String> SCHEMES = List.of("hdfs", "swebhdfs", "webhdfs");

    /// A constant, so that a native executable is built without the code that names Hadoop's classes.
    private static final boolean LEFT_OUT =
            HdfsStores.class.getResource("/org/apache/hadoop/hdfs/DistributedFileSystem.class") == null;

    private HdfsStores() {}

    /// These, which are not to be used any more, and those of HDFS, which cost nothing before the first
    /// location there is asked for.
    public static ModelStores addTo(ModelStores these, HdfsSettings settings) {
        ModelStores all = these;
        for (String scheme : SCHEMES) {
            all = LEFT_OUT
                    ? all.leftOut(scheme, "HDFS", "hdfs")
                    : all.with(scheme, () -> Map.of(ModelStores.USUAL, new HdfsStore(settings)));
        }
        return all;
    }
}
