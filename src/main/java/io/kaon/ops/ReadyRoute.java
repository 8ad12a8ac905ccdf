package io.kaon.ops;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.function.Supplier;

/// Whether traffic should come here, as [ServerHealth] says it on the management port, for the port that traffic comes
/// to: 200 or 503. It names no models, since clients read it.
public final class ReadyRoute implements Handler<RoutingContext> {
    private static final int OK = 200;
    private static final int UNAVAILABLE = 503;

    private final ServerState state;
    private final Supplier<InitialModels> initial;

    public ReadyRoute(ServerState state, Supplier<InitialModels> initial) {
        this.state = state;
        this.initial = initial;
    }

    @Override
    public void handle(RoutingContext routing) {
        // What is declared may have changed without any version.
        initial.get().look();
        ServerState.Phase phase = state.phase();
        boolean ready = phase == ServerState.Phase.READY;
        routing.response()
                .setStatusCode(ready ? OK : UNAVAILABLE)
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .end(new JsonObject()
                                .put("status", ready ? "UP" : "DOWN")
                                .put("phase", phase.name())
                                .encode()
                        + "\n");
    }
}
