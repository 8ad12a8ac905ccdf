package io.kaon.ops;

import io.kaon.config.ServerDefaults;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;
import java.util.function.UnaryOperator;

/// Answers what no other route of a port does: 404 as JSON, with a hint at what there is. Stands behind all other
/// routes, so that no other request pays for it.
public final class UnknownPath implements Handler<RoutingContext> {
    private static final int NOT_FOUND = 404;

    /// Of a path in an answer.
    private static final int LONGEST = 200;

    private static final String API =
            "TensorFlow Serving's API is at /v1/models (all models), /v1/models/NAME and /v1/models/NAME:predict";

    private final UnaryOperator<String> hint;

    /// @param hint what to say about a path in lower case
    private UnknownPath(UnaryOperator<String> hint) {
        this.hint = hint;
    }

    /// @param management the management port; 0 if it is not known
    public static UnknownPath onRest(int management) {
        String operators = "health and metrics are on the management port" + (management == 0 ? "" : " " + management)
                + ": " + ServerDefaults.STANDARD.readyPath() + ", " + ServerDefaults.STANDARD.livePath() + " and "
                + ServerDefaults.STANDARD.metricsPath() + "; this port has " + ServerDefaults.STANDARD.readyPath()
                + ", and metrics under TensorFlow Serving's names at /monitoring/prometheus/metrics";
        return new UnknownPath(path -> switch (path.split("/", 3)[path.startsWith("/") ? 1 : 0]) {
            case "v2" -> "the Open Inference Protocol is not served; " + API;
            case "invocations", "ping" -> "the protocol of MLflow and SageMaker is not served; " + API;
            case "v1" -> API;
            case "q", "health", "healthz", "ready", "readyz", "live", "livez", "metrics", "monitoring", "status" ->
                operators;
            case String _ -> API + "; " + operators;
        });
    }

    /// @param rest the REST port; 0 if it is not known
    public static UnknownPath onManagement(int rest) {
        String here = "this port has /q/health, " + ServerDefaults.STANDARD.startedPath() + ", "
                + ServerDefaults.STANDARD.readyPath() + ", " + ServerDefaults.STANDARD.livePath() + ", "
                + ServerDefaults.STANDARD.metricsPath() + " and /q/models";
        return new UnknownPath(path -> path.startsWith("/v1") || path.startsWith("/v2")
                ? "models are asked on the REST port" + (rest == 0 ? "" : " " + rest) + "; " + here
                : here);
    }

    @Override
    public void handle(RoutingContext routing) {
        HttpServerRequest request = routing.request();
        // What a client still sends is read and dropped.
        request.resume();
        String path = String.valueOf(request.path());
        String shown = path.length() > LONGEST ? path.substring(0, LONGEST) + "…" : path;
        routing.response()
                .setStatusCode(NOT_FOUND)
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .end(new JsonObject()
                                .put("error", "nothing is served at " + request.method() + " " + shown)
                                .put("hint", hint.apply(path.toLowerCase(Locale.ROOT)))
                                .encodePrettily()
                        + "\n");
    }
}
