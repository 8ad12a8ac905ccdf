package io.kaon.protocol.tfs;

import io.kaon.protocol.http.HttpExchange;
import io.kaon.protocol.http.HttpLimits;
import io.kaon.protocol.http.RestResponse;
import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/// TensorFlow Serving's metrics page: its own metrics under its own names, and below them Kaon's. As there, any
/// method will do, and a query will not.
public final class TfsMetricsRest implements Handler<RoutingContext> {
    /// Where the page is unless the configuration says otherwise.
    public static final String DEFAULT_PATH = "/monitoring/prometheus/metrics";

    private static final Logger LOG = Logger.getLogger(TfsMetricsRest.class);
    private static final String TEXT = "text/plain";

    private final String path;
    private final TfsMetrics metrics;
    private final Supplier<String> others;
    private final HttpLimits limits;

    /// @param others further metrics, in Prometheus's text form
    public TfsMetricsRest(String path, TfsMetrics metrics, Supplier<String> others, HttpLimits limits) {
        this.path = path;
        this.metrics = metrics;
        this.others = others;
        this.limits = limits;
    }

    /// Answers at its path and passes everything else on.
    @Override
    public void handle(RoutingContext routing) {
        String asked = routing.request().uri();
        int query = asked.indexOf('?');
        if (!(query < 0 ? asked : asked.substring(0, query)).equals(path)) {
            routing.next();
            return;
        }
        HttpExchange exchange = new HttpExchange(routing, limits);
        if (query >= 0) {
            exchange.answer(text(400, "Unexpected path: " + asked + ". Should be " + path));
            return;
        }
        // Walking over everything takes longer than an event loop should be held.
        CompletableFuture<?> _ = exchange.convert(Long.MAX_VALUE, () -> exchange.compress(text(200, page())))
                .handle((page, failure) -> {
                    if (failure != null) {
                        LOG.error("the metrics page could not be written", failure);
                        exchange.answer(text(500, "internal error; the server's log says more\n"));
                    } else {
                        exchange.answer(page);
                    }
                    return null;
                });
    }

    private String page() {
        return metrics.page() + others.get();
    }

    private static RestResponse text(int status, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return RestResponse.of(status, TEXT, bytes, bytes.length);
    }
}
