package io.kaon.storage.hdfs;

class HdfsStoreIT extends HdfsStoreContract {
    HdfsStoreIT() {
        super("hdfs");
    }
}
