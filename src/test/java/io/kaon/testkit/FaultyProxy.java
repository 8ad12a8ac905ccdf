package io.kaon.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/// Stands between a client and an S3 server, counts what goes through, and makes it fail as a test wants. The
/// first rule that a request meets says what happens to it; a request that meets none is passed on as it is.
///
/// Safe for use by several threads.
public final class FaultyProxy implements AutoCloseable {
    private static final int EVER = Integer.MAX_VALUE;

    private final InetSocketAddress server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Set<ProxiedConnection> connections = ConcurrentHashMap.newKeySet();
    private final List<Rule> rules = new CopyOnWriteArrayList<>();
    private final Queue<S3Request> requests = new ConcurrentLinkedQueue<>();
    private final Map<S3Request.Kind, AtomicLong> bytes = new ConcurrentHashMap<>();
    private final int port;
    private ServerSocket listener;

    private FaultyProxy(InetSocketAddress server) throws IOException {
        this.server = server;
        listener = listen(0);
        port = listener.getLocalPort();
    }

    /// Starts one that does nothing but count.
    ///
    /// @param endpoint of the server, over HTTP
    public static FaultyProxy inFrontOf(URI endpoint) {
        try {
            return new FaultyProxy(new InetSocketAddress(endpoint.getHost(), endpoint.getPort()));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// What a client takes for the server.
    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + port);
    }

    /// Lets the next requests of which the condition holds meet a fault, after the rules that are there
    /// already.
    public void next(int times, Predicate<S3Request> condition, Fault fault) {
        rules.add(new Rule(condition, fault, new AtomicInteger(times)));
    }

    /// Lets every request of which the condition holds meet a fault.
    public void always(Predicate<S3Request> condition, Fault fault) {
        next(EVER, condition, fault);
    }

    /// Forgets all rules. What has met a fault already meets it to its end.
    public void heal() {
        rules.clear();
    }

    /// Refuses connections, and resets those that are there, until `comeBack`.
    public synchronized void goAway() {
        try {
            listener.close();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        connections.forEach(connection -> connection.end(true));
    }

    /// Takes connections again, at the same endpoint.
    public synchronized void comeBack() {
        try {
            listener = listen(port);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// All requests that came, in the order in which they came.
    public List<S3Request> requests() {
        return List.copyOf(requests);
    }

    /// How many requests came, those with faults among them.
    public long count(S3Request.Kind kind) {
        return requests.stream().filter(kind).count();
    }

    /// How many bytes of bodies the server's answers to such requests had, as far as they were passed on.
    public long bodyBytes(S3Request.Kind kind) {
        return bytesOf(kind).get();
    }

    /// Starts counting anew.
    public void forgetCounts() {
        requests.clear();
        bytes.values().forEach(count -> count.set(0));
    }

    AtomicLong bytesOf(S3Request.Kind kind) {
        return bytes.computeIfAbsent(kind, _ -> new AtomicLong());
    }

    /// Counts a request.
    ///
    /// @return what is to happen to it
    Optional<Fault> meet(S3Request request) {
        requests.add(request);
        return rules.stream().filter(rule -> rule.takes(request)).findFirst().map(Rule::fault);
    }

    /// @param left how many more requests it is for
    private record Rule(Predicate<S3Request> condition, Fault fault, AtomicInteger left) {
        boolean takes(S3Request request) {
            return condition.test(request)
                    && left.getAndUpdate(count -> count == EVER ? EVER : Math.max(0, count - 1)) > 0;
        }
    }

    private ServerSocket listen(int at) throws IOException {
        ServerSocket socket = new ServerSocket(at, 1000, InetAddress.getLoopbackAddress());
        threads.execute(() -> accept(socket));
        return socket;
    }

    private void accept(ServerSocket socket) {
        while (!socket.isClosed()) {
            try {
                take(socket.accept(), socket);
            } catch (IOException _) {
                // The socket is closed, or a client has gone before it was taken.
            }
        }
    }

    private void take(Socket client, ServerSocket socket) {
        ProxiedConnection connection = new ProxiedConnection(client, server, this);
        connections.add(connection);
        // It was taken while the proxy went away.
        if (socket.isClosed()) {
            connection.end(true);
        }
        threads.execute(() -> {
            connection.run();
            connections.remove(connection);
        });
    }

    /// Ends all connections.
    @Override
    public void close() {
        goAway();
        threads.shutdownNow();
    }
}
