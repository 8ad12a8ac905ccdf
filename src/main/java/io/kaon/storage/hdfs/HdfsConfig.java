package io.kaon.storage.hdfs;

import io.kaon.config.OptionRanges;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;
import java.util.Optional;

/// `kaon.hdfs.*`: models in HDFS.
public interface HdfsConfig {
    /// Who reads, where the cluster believes what it is told; by default what `HADOOP_USER_NAME` says, or else the
    /// user that the server runs as. With Kerberos, the user of the ticket.
    Optional<String> user();

    /// Folder with Hadoop's `core-site.xml` and `hdfs-site.xml`; by default what `HADOOP_CONF_DIR` says.
    Optional<String> confDir();

    /// Files, or parts of large ones, that are fetched at the same time, of all versions with the same scheme together.
    @WithDefault("32")
    @WithConverter(OptionRanges.Count.class)
    int connections();

    /// Files of one version beyond which it is refused.
    @WithDefault("100000")
    @WithConverter(OptionRanges.Count.class)
    int mostFiles();
}
