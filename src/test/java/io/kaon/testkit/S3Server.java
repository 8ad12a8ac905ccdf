package io.kaon.testkit;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/// A real S3 server in a process of its own, on a free port of the loopback interface, that checks signatures.
/// It ends with this process. For integration tests, because Maven fetches the server after packaging.
///
/// S3Proxy keeps objects as files of a file system in memory, so it has no key that is a directory of another,
/// and it resolves `..` in keys; for such keys take [Moto], which keeps any. Safe for use by several threads.
public final class S3Server implements AutoCloseable {
    private static final Pattern LISTENS = Pattern.compile("Started .*ServerConnector.*\\{127\\.0\\.0\\.1:(\\d+)}");

    private final ChildServer process;
    private final URI endpoint;
    private final String accessKey;
    private final String secretKey;
    private final S3Client client;
    private final AtomicInteger buckets = new AtomicInteger();

    S3Server(ChildServer process, URI endpoint, String accessKey, String secretKey) {
        this.process = process;
        this.endpoint = endpoint;
        this.accessKey = accessKey;
        this.secretKey = secretKey;
        client = clientOf(AwsBasicCredentials.create(accessKey, secretKey));
    }

    /// Starts an S3Proxy that is empty, and waits until it listens: two seconds or more.
    public static S3Server start() {
        Path jar = Path.of(System.getProperty("kaon.s3proxy", "target/servers/s3proxy.jar"))
                .toAbsolutePath();
        if (!Files.exists(jar)) {
            throw new AssertionError("there is no S3 server at " + jar
                    + ": run mvn pre-integration-test -DskipTests, which fetches it, and then the integration tests");
        }
        String accessKey = "AKIDKAONTESTS";
        String secretKey = "secret-of-the-tests";
        ChildServer process = ChildServer.start(
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx1g",
                        // Half of a start would be spent on compiling.
                        "-XX:TieredStopAtLevel=1",
                        "-Ds3proxy.endpoint=http://127.0.0.1:0",
                        "-Ds3proxy.authorization=aws-v2-or-v4",
                        "-Ds3proxy.identity=" + accessKey,
                        "-Ds3proxy.credential=" + secretKey,
                        "-Djclouds.provider=transient",
                        "-jar",
                        jar.toString(),
                        // System properties say everything.
                        "--properties",
                        "/dev/null"),
                Map.of(),
                LISTENS);
        return new S3Server(process, URI.create("http://127.0.0.1:" + process.awaitReady()), accessKey, secretKey);
    }

    /// One that the tests of this process share, started when it is first asked for. Take a bucket of your own,
    /// and do not close it.
    public static S3Server shared() {
        return Shared.SERVER;
    }

    public URI endpoint() {
        return endpoint;
    }

    public String accessKey() {
        return accessKey;
    }

    public String secretKey() {
        return secretKey;
    }

    /// Names the region, which the server does not look at.
    public String region() {
        return Region.US_EAST_1.id();
    }

    ChildServer process() {
        return process;
    }

    /// A client with the server's own keys, for what no method here does. It ends with the server.
    public S3Client client() {
        return client;
    }

    /// A client with other credentials, which the caller closes.
    public S3Client clientOf(AwsCredentials credentials) {
        return client(endpoint, credentials);
    }

    /// A client with the server's own keys that asks what stands in front of it, which the caller closes.
    public S3Client clientThrough(FaultyProxy proxy) {
        return client(proxy.endpoint(), AwsBasicCredentials.create(accessKey, secretKey));
    }

    private static S3Client client(URI endpoint, AwsCredentials credentials) {
        return S3Client.builder()
                .endpointOverride(endpoint)
                .region(Region.US_EAST_1)
                .forcePathStyle(true)
                .credentialsProvider(StaticCredentialsProvider.create(credentials))
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                // Ceph refuses an empty body in chunks.
                .serviceConfiguration(service -> service.chunkedEncodingEnabled(false))
                .httpClient(UrlConnectionHttpClient.create())
                .build();
    }

    /// Makes a bucket that no other test has.
    ///
    /// @return its name
    public String createBucket() {
        String bucket = "bucket-" + buckets.incrementAndGet();
        createBucket(bucket);
        return bucket;
    }

    public void createBucket(String bucket) {
        client.createBucket(request -> request.bucket(bucket));
    }

    /// Puts an object, over the one that has its key.
    ///
    /// @return the ETag, with its quotes
    public String put(String bucket, String key, byte[] bytes) {
        return client.putObject(request -> request.bucket(bucket).key(key), RequestBody.fromBytes(bytes))
                .eTag();
    }

    public void delete(String bucket, String key) {
        client.deleteObject(request -> request.bucket(bucket).key(key));
    }

    /// Kills the server.
    @Override
    public void close() {
        client.close();
        process.close();
    }

    /// Made when it is first asked for.
    private static final class Shared {
        private static final S3Server SERVER = start();
    }
}
