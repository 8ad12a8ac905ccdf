/// Models in HDFS, over WebHDFS and by Hadoop's own protocol. Reads only. A build may leave Hadoop's client
/// out; what is asked at the start of every server ([io.kaon.storage.hdfs.HdfsSettings],
/// [io.kaon.storage.hdfs.HdfsStores]) names none of its classes.
@NullMarked
package io.kaon.storage.hdfs;

import org.jspecify.annotations.NullMarked;
