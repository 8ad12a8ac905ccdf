package io.kaon.app;

import io.netty.channel.Channel;
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

/// Counts the requests on the REST port, so that stopping can wait for them, and tells clients to go elsewhere
/// first.
///
/// Every request passes [#enter] before anything else. When the server stops, answers say `Connection: close`, or
/// HTTP/2's GOAWAY, so that clients look for another server while this one still takes them. Then the listening
/// socket is closed, and not the connections that came from it: the framework can only close both at once,
/// which would cut off those that are being answered. The socket is found as the parent of a connection's
/// channel.
///
/// Connections on which nothing is under way are closed then. One on which a request is arriving at that moment is
/// still answered: the port counts as drained only when no request has come for a while, and every new connection
/// has had its time to ask ([NewConnections]).
final class HttpPort {
    /// A request that was sent before its client heard of the end is here by then.
    private static final Duration QUIET = Duration.ofMillis(100);

    /// What a client on a busy machine may need from its connection to its first request.
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final Set<Channel> listeners = ConcurrentHashMap.newKeySet();
    private final NewConnections fresh = new NewConnections(PATIENCE);
    private final Map<HttpConnection, Connected> connections = new ConcurrentHashMap<>();
    private final AtomicLong requests = new AtomicLong();
    private final AtomicLong arrived = new AtomicLong();
    private volatile boolean leaving;

    /// A connection that has sent a request.
    ///
    /// @param underWay its requests that are not answered yet
    /// @param multiplexed whether it can be told to leave at any time; others only in an answer
    private record Connected(AtomicInteger underWay, boolean multiplexed) {}

    void enter(RoutingContext exchange) {
        HttpServerRequest request = exchange.request();
        arrived.incrementAndGet();
        requests.incrementAndGet();
        // After it was counted, so that stopping sees it in one of the two at any time.
        AtomicInteger underWay = remember(request).underWay;
        underWay.incrementAndGet();
        exchange.addEndHandler(_ -> {
            underWay.decrementAndGet();
            requests.decrementAndGet();
        });
        if (leaving) {
            sendAway(request);
        }
        exchange.next();
    }

    /// From now on clients are told to leave; they are still answered.
    void startLeaving() {
        leaving = true;
        connections.forEach((connection, connected) -> {
            if (connected.multiplexed) {
                sendAway(connection);
            }
        });
    }

    /// Takes no new connections, closes those on which nothing is under way, and waits until every request has been
    /// answered.
    void drain() throws InterruptedException {
        startLeaving();
        listeners.forEach(ListeningSocket::close);
        connections.forEach(HttpPort::closeIfIdle);
        long before;
        do {
            before = arrived.get();
            Thread.sleep(QUIET);
        } while (requests.get() > 0 || arrived.get() > before || fresh.areWaitedFor());
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
    long underWay() {
        return requests.get();
    }

    private Connected remember(HttpServerRequest request) {
        HttpConnection connection = request.connection();
        Connected known = connections.get(connection);
        if (known != null) {
            return known;
        }
        if (connection instanceof ConnectionBase accepted && accepted.channel().parent() != null) {
            Channel listener = accepted.channel().parent();
            if (listeners.add(listener)) {
                listener.pipeline().addFirst(fresh);
            }
            fresh.asked(accepted.channel());
        }
        connection.closeHandler(_ -> connections.remove(connection));
        Connected connected = new Connected(new AtomicInteger(), request.version() == HttpVersion.HTTP_2);
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
