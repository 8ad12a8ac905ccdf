package io.kaon.ops;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;

/// The page of metrics, for a port that only operators reach.
public final class MetricsRoute implements Handler<RoutingContext> {
    private final Metrics metrics;

    public MetricsRoute(Metrics metrics) {
        this.metrics = metrics;
    }

    @Override
    public void handle(RoutingContext routing) {
        String accept = routing.request().getHeader(HttpHeaders.ACCEPT);
        routing.vertx()
                .executeBlocking(() -> metrics.page(accept), false)
                .onSuccess(page -> routing.response()
                        .putHeader(HttpHeaders.CONTENT_TYPE, page.contentType())
                        .end(page.text()))
                .onFailure(routing::fail);
    }
}
