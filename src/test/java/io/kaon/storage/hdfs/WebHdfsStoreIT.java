package io.kaon.storage.hdfs;

class WebHdfsStoreIT extends HdfsStoreContract {
    WebHdfsStoreIT() {
        super("webhdfs");
    }
}
