package io.kaon.app.port;

import io.kaon.model.ServingException;
import io.kaon.ops.RequestMetrics;
import io.kaon.protocol.http.RequestHead;
import io.kaon.transport.UnreadAnswers;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.RecvByteBufAllocator;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Counts the requests on the REST port, so that stopping can wait for them, and tells clients to go elsewhere
/// first.
///
/// Every request passes [#enter] before anything else. When the server stops, answers say `Connection: close`, or
/// HTTP/2's GOAWAY, so that clients look for another server while this one still takes them. Then the listening
/// socket is closed, and not the connections that came from it: the framework can only close both at once, which
/// would cut off those that are being answered. The socket is found as the parent of a connection's channel.
///
/// Connections on which nothing is under way are closed then. One on which a request is arriving at that moment is
/// still answered: the port counts as drained only when no request has come for a while, and every new connection
/// has had its time to ask ([NewConnections]).
public final class HttpPort {
    /// A request that was sent before its client heard of the end is here by then.
    private static final Duration QUIET = Duration.ofMillis(100);

    /// What a client on a busy machine may need from its connection to its first request.
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    /// One small read from a connection, and another has its turn. By itself the library reads up to a megabyte before,
    /// and that can be a hundred thousand parts of a body.
    private static final RecvByteBufAllocator READS =
            new AdaptiveRecvByteBufAllocator(64, 2 << 10, 16 << 10).maxMessagesPerRead(1);

    private final Set<Channel> listeners = ConcurrentHashMap.newKeySet();
    private final NewConnections fresh = new NewConnections(PATIENCE, READS);
    private final Map<HttpConnection, Connected> connections = new ConcurrentHashMap<>();
    private final UnreadAnswers unread;
    private final AtomicLong requests = new AtomicLong();
    private final AtomicLong arrived = new AtomicLong();
    private final RequestMetrics metrics;
    private volatile boolean leaving;

    /// @param metrics hears how each request was answered
    /// @param unread looks after answers that are written and not read
    public HttpPort(RequestMetrics metrics, UnreadAnswers unread) {
        this.metrics = metrics;
        this.unread = unread;
    }

    /// A connection that has sent a request.
    ///
    /// @param connection null where it is none of the framework's own
    /// @param underWay its requests that are not answered yet
    /// @param multiplexed whether it can be told to leave at any time; others only in an answer
    private record Connected(@Nullable ConnectionBase connection, AtomicInteger underWay, boolean multiplexed) {}

    public void enter(RoutingContext exchange) {
        HttpServerRequest request = exchange.request();
        arrived.incrementAndGet();
        requests.incrementAndGet();
        // After it was counted, so that stopping sees it in one of the two at any time.
        Connected connected = remember(request);
        AtomicInteger underWay = connected.underWay;
        underWay.incrementAndGet();
        exchange.addEndHandler(_ -> {
            underWay.decrementAndGet();
            requests.decrementAndGet();
            metrics.restEnded(exchange.response().getStatusCode());
        });
        if (leaving) {
            sendAway(request);
        }
        ServingException refusal = RequestHead.refusal(request);
        if (refusal != null) {
            exchange.fail(refusal);
        } else if (connected.multiplexed || connected.connection == null || !connected.connection.isNotWritable()) {
            exchange.next();
        } else {
            enterLater(exchange, connected.connection);
        }
    }

    /// A client that asks again and again and does not read the answers is not heard until it does.
    private static void enterLater(RoutingContext exchange, ConnectionBase connection) {
        connection.doPause();
        exchange.request().pause();
        exchange.response().drainHandler(_ -> {
            exchange.response().drainHandler(null);
            connection.doResume();
            exchange.next();
        });
    }

    /// From now on clients are told to leave; they are still answered.
    public void startLeaving() {
        leaving = true;
        connections.forEach((connection, connected) -> {
            if (connected.multiplexed) {
                sendAway(connection);
            }
        });
    }

    /// Takes no new connections, closes those on which nothing is under way, and waits until every request has been
    /// answered and every answer is sent.
    public void drain() throws InterruptedException {
        startLeaving();
        listeners.forEach(ListeningSocket::close);
        connections.forEach(HttpPort::closeIfIdle);
        long before;
        do {
            before = arrived.get();
            Thread.sleep(QUIET);
        } while (requests.get() > 0 || arrived.get() > before || unread.areLeft() || fresh.areWaitedFor());
        awaitMultiplexed();
    }

    /// A client of HTTP/2 closes its connection when it has read the last answer, as it has been told to leave. If we
    /// closed it first, it might lose what it has received and not read yet.
    private void awaitMultiplexed() throws InterruptedException {
        long began = System.nanoTime();
        while (connections.values().stream().anyMatch(Connected::multiplexed)
                && System.nanoTime() - began < PATIENCE.toNanos()) {
            Thread.sleep(QUIET.dividedBy(10));
        }
    }

    /// On the connection's own thread, where no request can come in between the look and the closing.
    private static void closeIfIdle(HttpConnection connection, Connected connected) {
        if (!connected.multiplexed && connection instanceof ConnectionBase accepted) {
            accepted.channel().eventLoop().execute(() -> {
                if (connected.underWay.get() == 0) {
                    connection.close();
                }
            });
        }
    }

    /// Requests that are under way.
    public long underWay() {
        return requests.get();
    }

    /// Connections whose clients have not read all answers.
    public long unread() {
        return unread.left();
    }

    private Connected remember(HttpServerRequest request) {
        HttpConnection connection = request.connection();
        Connected known = connections.get(connection);
        if (known != null) {
            return known;
        }
        boolean multiplexed = request.version() == HttpVersion.HTTP_2;
        ConnectionBase base = connection instanceof ConnectionBase accepted ? accepted : null;
        if (base != null && base.channel().parent() != null) {
            Channel listener = base.channel().parent();
            if (listeners.add(listener)) {
                listener.pipeline().addFirst(fresh);
            }
            fresh.asked(base.channel());
            unread.watch(base.channel(), multiplexed);
        }
        connection.closeHandler(_ -> connections.remove(connection));
        Connected connected = new Connected(base, new AtomicInteger(), multiplexed);
        connections.put(connection, connected);
        return connected;
    }

    private void sendAway(HttpServerRequest request) {
        if (request.version() == HttpVersion.HTTP_2) {
            sendAway(request.connection());
        } else {
            request.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        }
    }

    /// The largest stream number says that everything the client has sent, or is sending, will still be answered.
    private static void sendAway(HttpConnection connection) {
        connection.goAway(0, Integer.MAX_VALUE);
    }
}
