import java.io.File;
import org.apache.hadoop.hdfs.HdfsConfiguration;
import org.apache.hadoop.hdfs.MiniDFSCluster;

/// A namenode and a datanode on free ports of the loopback interface, in one process that runs until it is killed. Run
/// as a source file on the class path of `hadoop-client-minicluster`; takes an empty folder, and writes
/// `ready RPC-PORT HTTP-PORT` when files can be written.
final class Cluster {
    private Cluster() {}

    public static void main(String[] arguments) throws Exception {
        HdfsConfiguration options = new HdfsConfiguration();
        // A shared machine may have less than the usual gigabytes free.
        options.setLong("dfs.datanode.du.reserved", 0);
        MiniDFSCluster cluster = new MiniDFSCluster.Builder(options, new File(arguments[0]))
                .numDataNodes(1)
                .build();
        cluster.waitActive();
        System.out.println("ready " + cluster.getNameNodePort() + " "
                + cluster.getNameNode().getHttpAddress().getPort());
        Thread.currentThread().join();
    }
}
