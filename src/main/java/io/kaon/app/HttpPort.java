package io.kaon.app;

import io.netty.channel.Channel;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.RoutingContext;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/// Counts the requests on the REST port, so that stopping can wait for them, and tells clients to go elsewhere first.
///
/// Every request passes [#enter] before anything else. When the server stops, answers say `Connection: close`, or
/// HTTP/2's GOAWAY, so that clients look for another server while this one still takes them. Then the listening
/// socket is closed, and not the connections that came from it: the framework can only close both at once, which would
/// cut off those that are being answered. The socket is found as the parent of a connection's channel.
final class HttpPort {
    private final Set<Channel> listeners = ConcurrentHashMap.newKeySet();
    /// HTTP/2 connections, which can be told to leave at any time; the others only in an answer.
    private final Set<HttpConnection> multiplexed = ConcurrentHashMap.newKeySet();
    /// One for the port itself and one for each request. Not a Phaser, which ends at 65535 parties: connections with
    /// many streams each can have more requests open than that.
    private final AtomicLong requests = new AtomicLong(1);
    private final CountDownLatch answered = new CountDownLatch(1);
    private volatile boolean leaving;

    void enter(RoutingContext exchange) {
        HttpServerRequest request = exchange.request();
        remember(request);
        requests.incrementAndGet();
        exchange.addEndHandler(_ -> leave());
        if (leaving) {
            sendAway(request);
        }
        exchange.next();
    }

    /// From now on clients are told to leave; they are still answered.
    void startLeaving() {
        leaving = true;
        multiplexed.forEach(HttpPort::sendAway);
    }

    /// Takes no new connections, and waits until every request has been answered.
    void drain() throws InterruptedException {
        startLeaving();
        listeners.forEach(listener -> listener.close().awaitUninterruptibly());
        leave();
        answered.await();
    }

    private void leave() {
        if (requests.decrementAndGet() == 0) {
            answered.countDown();
        }
    }

    private void remember(HttpServerRequest request) {
        HttpConnection connection = request.connection();
        if (connection instanceof ConnectionBase accepted && accepted.channel().parent() != null) {
            listeners.add(accepted.channel().parent());
        }
        if (request.version() == HttpVersion.HTTP_2 && multiplexed.add(connection)) {
            connection.closeHandler(_ -> multiplexed.remove(connection));
        }
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
